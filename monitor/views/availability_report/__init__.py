"""Reports on availability as documents, CSV and workbooks."""
