#include <doctest/doctest.h>

#include <candela/jose/base64.hpp>
#include <string>

using namespace candela::jose;

TEST_CASE("base64 is strict both ways") {
  for (const std::string& text : {std::string(), std::string("f"), std::string("fo"), std::string("foo"),
                                  std::string("foob"), std::string("\0\xff\x80", 3)})
    CHECK(decode_base64(encode_base64(text), true) == text);
  CHECK(encode_base64("foob") == "Zm9vYg==");
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z===", "Zm 9v", "Zm9v\n", "Zm-_", "=Zg=", "Zg==Zg=="})
    CHECK(!decode_base64(text, true));
  CHECK(decode_base64("Zg", false) == "f");
  CHECK(!decode_base64("Zg==", false));
}
