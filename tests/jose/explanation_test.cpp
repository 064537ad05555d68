#include <doctest/doctest.h>

#include <candela/jose/explanation.hpp>
#include <set>
#include <string>

using namespace candela::jose;

TEST_CASE("every code has a sentence of its own") {
  std::set<std::string_view> sentences;
  std::uint8_t codes = 0;
  for (; name_of(static_cast<failure>(codes + 1)) != "unknown"; ++codes) {
    const auto code = static_cast<failure>(codes + 1);
    const std::string_view sentence = sentence_of(code);
    CHECK_MESSAGE(sentence.contains(' '), name_of(code));
    CHECK_MESSAGE(sentences.insert(sentence).second, sentence);
  }
  CHECK(static_cast<failure>(codes) == failure::out_of_resources);
}

TEST_CASE("a refusal is explained by its sentence and its detail") {
  CHECK(explained({failure::expired, "exp"}) == "its time has passed (exp)");
  CHECK(explained({failure::expired, {}}) == "its time has passed");
  CHECK(text_of({failure::expired, "exp"}) == "expired: its time has passed (exp)");
}
