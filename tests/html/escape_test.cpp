#include <doctest/doctest.h>

#include <candela/html/escape.hpp>
#include <string>

namespace {

std::string escaped(std::string_view text) {
  candela::arena memory;
  candela::json::output out(memory);
  candela::html::write_escaped(out, text);
  return std::string(out.text());
}

std::string reference(char byte) {
  switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return {byte};
  }
}

}  // namespace

TEST_CASE("the five characters with a meaning become references") {
  CHECK(escaped(R"(<a href="x" title='y'>&</a>)") == "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;&lt;/a&gt;");
}

TEST_CASE("an escaped text is escaped again, so that it shows as it is") { CHECK(escaped("&lt;") == "&amp;lt;"); }

TEST_CASE("text beyond ASCII passes") {
  CHECK(escaped("フレームワークのベンチマーク — ü") == "フレームワークのベンチマーク — ü");
}

TEST_CASE("every byte at every place of a text of any length is escaped as it is alone") {
  for (std::size_t size = 1; size != 40; ++size) {
    for (std::size_t place = 0; place != size; ++place) {
      for (unsigned code = 0; code != 256; ++code) {
        const char byte = static_cast<char>(code);
        std::string text(size, '.');
        text[place] = byte;
        std::string expected(place, '.');
        expected += reference(byte) + std::string(size - place - 1, '.');
        if (escaped(text) != expected) FAIL("byte " << code << " at " << place << " of " << size);
      }
    }
  }
}
