#include <doctest/doctest.h>

#include <candela/custody/explanation.hpp>
#include <set>

using namespace candela::custody;

TEST_CASE("every code of a chain has a sentence of its own") {
  std::set<std::string_view> sentences;
  for (auto each = static_cast<unsigned>(refusal::chain_malformed); each <= static_cast<unsigned>(refusal::op_mismatch);
       ++each) {
    const auto code = static_cast<refusal>(each);
    const std::string_view sentence = sentence_of(code);
    CHECK_MESSAGE(sentence.contains(' '), name_of(code));
    CHECK_MESSAGE(sentences.insert(sentence).second, sentence);
  }
  CHECK(sentence_of(static_cast<refusal>(sentences.size() + 1)).empty());
}

TEST_CASE("a refused chain is explained by its sentence and its detail") {
  CHECK(explained({refusal::chain_missing, "no proof"}) == "the chain or its proof is not there (no proof)");
  CHECK(explained({refusal::chain_missing, {}}) == "the chain or its proof is not there");
}
