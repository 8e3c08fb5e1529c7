"""Pages as a browser asks for them, and what is read in them."""

import re
from html import unescape

import httpx2

AS_A_BROWSER = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


async def visit(client: httpx2.AsyncClient, address: str, status: int = 200) -> str:
    """The page's HTML, checked for what every page has."""
    answer = await client.get(address, headers=AS_A_BROWSER)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert inline(answer.text) == []
    return answer.text


def inline(html: str) -> list[str]:
    """What the policy would not let run: inline scripts, styles, handlers."""
    scripts = [tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag]
    return [*scripts, *re.findall(r"<style[^>]*>| style=|\son[a-z]+=", html)]


def words(html: str) -> str:
    """What is read, on one line."""
    main = html.partition("<main")[2].partition("</main>")[0].partition(">")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def rows(html: str) -> list[list[str]]:
    """The cells of each row of the tables' bodies."""
    found = re.findall(r"<tr role=\"row\"(.*?)</tr>", html, re.DOTALL)
    cells = [
        re.findall(r"<t[dh] role=\"(?:cell|rowheader)\".*?>(.*?)</t[dh]>", row, re.DOTALL)
        for row in found
    ]
    return [[words(f"<main>{cell}</main>") for cell in row] for row in cells if row]
