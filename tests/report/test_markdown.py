"""Text inside Markdown stays text."""

import pytest

from cxanalysis.report.markdown import escaped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain words, 'quoted' 5 %", "plain words, 'quoted' 5 %"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert\\(1\\)&lt;\\/script&gt;"),
        ("[x](javascript:a)", "\\[x\\]\\(javascript\\:a\\)"),
        ("# a\n# b", "\\# a \\# b"),
        ("$x$ `code` ![i](u)", "\\$x\\$ \\`code\\` \\!\\[i\\]\\(u\\)"),
        ("http://a.b &amp;", "http\\:\\/\\/a\\.b &amp;amp;"),
    ],
)
def test_escaped(text, shown):
    assert escaped(text) == shown
