from monitor.domain.events.response_codes import CodeCategory, Dialect, ResponseCode, ResponseCodes

ROW = ResponseCode(
    code="55", category=CodeCategory.WRONG_PIN, text="Wrong PIN", text_zh="密码错误", source="x"
)
CODES = ResponseCodes([Dialect(name="a", codes={"55": ROW}), Dialect(name="b")])


def test_code_is_looked_up_in_its_dialect_only() -> None:
    """The same code is known in one dialect and `other` in the next."""
    assert CODES.find("a", "55") is ROW
    assert CODES.category("a", "55") is CodeCategory.WRONG_PIN
    assert CODES.find("b", "55") is None
    assert CODES.category("b", "55") is CodeCategory.OTHER


def test_codes_are_compared_by_what_they_say() -> None:
    """Two readings of the same files are equal, which tells a reload that nothing has changed."""
    assert ResponseCodes([Dialect(name="b")]) == ResponseCodes([Dialect(name="b")])
    assert ResponseCodes([Dialect(name="b")]) != CODES
