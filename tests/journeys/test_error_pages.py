"""A wrong address still leads somewhere."""


def test_unknown_address_says_what_to_do(live_server, page, axe, fits, screenshots):
    answer = page.goto(f"{live_server.url}/no-such-office/no-such-page")
    assert answer is not None
    assert answer.status == 404
    assert page.locator("h1").count() == 1
    assert page.locator("main a[href='/']").count() == 1
    axe(page)
    fits(page)
    screenshots(page, "404")


def test_pages_break_no_rule_of_the_content_security_policy(live_server, visitor):
    page, refused = visitor(), []
    page.on(
        "console",
        lambda message: refused.append(message.text) if "Content Security" in message.text else None,
    )
    page.goto(f"{live_server.url}/no-such-office/")
    assert refused == []
