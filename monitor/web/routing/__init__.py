"""Routes as data: query checking, problem documents, OpenAPI."""
