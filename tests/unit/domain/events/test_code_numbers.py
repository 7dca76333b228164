from hypothesis import given
from hypothesis import strategies as st

from monitor.domain.events.code_numbers import MOST_CODES, CodeNumbers
from monitor.domain.events.response_codes import CodeCategory
from tests.scenes import CODES


@given(st.lists(st.sampled_from(["00", "55", "68", "never heard of", "?", ""])))
def test_a_number_leads_back_to_its_code(codes: list[str]) -> None:
    """The same code has the same number, and the table tells the code and its category."""
    numbers = CodeNumbers(CODES)
    given_numbers = {code: numbers.number("unionpay", code) for code in codes}
    for code, number in given_numbers.items():
        assert numbers.number("unionpay", code) == number
        assert numbers.table[number] == (CODES.category("unionpay", code), code)
    assert len(numbers.table) == len(given_numbers)


def test_a_code_of_two_dialects_has_two_numbers() -> None:
    """The same code can come to different things."""
    numbers = CodeNumbers(CODES)
    first, second = numbers.number("unionpay", "55"), numbers.number("mastercard", "55")
    assert first != second
    assert numbers.table[first][0] is CodeCategory.WRONG_PIN


def test_beyond_the_bound_new_codes_share_a_number_by_category() -> None:
    """A terminal that invents codes cannot make the table grow; known codes keep their numbers."""
    numbers = CodeNumbers(CODES)
    known = numbers.number("unionpay", "00")
    for invented in range(MOST_CODES - 1):
        numbers.number("unionpay", f"x{invented}")
    late = {numbers.number("unionpay", f"y{invented}") for invented in range(50)}
    assert len(late) == 1
    assert numbers.table[late.pop()] == (CODES.category("unionpay", "y0"), "?")
    wrong_pin = numbers.number("unionpay", "55")
    assert numbers.table[wrong_pin] == (CodeCategory.WRONG_PIN, "?")
    assert numbers.number("unionpay", "00") == known
    assert len(numbers.table) == MOST_CODES + 2


def test_numbers_fit_into_two_bytes() -> None:
    """A terminal's history keeps them in an array of 16 bits."""
    assert MOST_CODES + len(CodeCategory) < 2**16
