// Messages that another implementation of JOSE has sealed by our format: they open, and as far as sealing is
// deterministic they are made again byte by byte.
#include <doctest/doctest.h>

#include <candela/jose/detail/encryption.hpp>

#include "tests/jose/seal_samples.hpp"

using namespace candela;
using namespace candela::jose;
using namespace candela::testing;

namespace {

/// One message of the file.
class example {
 public:
  example(const json::value& file, const json::value& message) : file_(file), message_(message) {
    for (const json::value& each : message.find("to")->elements()) {
      const std::string_view service = *each.string();
      names_.push_back("urn:shop:" + std::string(service));
      keys_.push_back(key::from_jwk(*file.find("recipients")->find(service)).value());
    }
  }

  [[nodiscard]] std::string_view text(std::string_view name) const {
    const json::value* found = message_.find(name);
    return found == nullptr ? std::string_view() : found->string().value();
  }
  [[nodiscard]] std::optional<token_time> moment(std::string_view name) const {
    const json::value* found = message_.find(name);
    if (found == nullptr) return std::nullopt;
    return token_time(std::chrono::seconds(found->integer().value()));
  }
  [[nodiscard]] key author() const { return key::from_jwk(*file_.find("signer")).value(); }
  [[nodiscard]] key_algorithm algorithm() const { return key_algorithm_of(text("alg")).value(); }
  [[nodiscard]] content_algorithm encryption() const { return content_algorithm_of(text("enc")).value(); }
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  [[nodiscard]] const std::vector<key>& keys() const noexcept { return keys_; }
  /// The message as it travels.
  [[nodiscard]] std::string sealed() const {
    const json::value& found = *message_.find("sealed");
    return found.string() ? std::string(*found.string()) : json::to_string(found);
  }

  [[nodiscard]] opening_rules rules(std::size_t recipient) const {
    opening_rules made;
    made.signatures = {signature_algorithm::eddsa};
    made.algorithms = {algorithm()};
    made.encryption = {encryption()};
    made.signers.push_back({std::string(web), verifiers(author())});
    made.recipient = names_[recipient];
    made.content_type = text("content_type");
    made.context = text("context");
    made.several = keys_.size() > 1;
    return made;
  }

 private:
  const json::value& file_;
  const json::value& message_;
  std::vector<std::string> names_;
  std::vector<key> keys_;
};

template <class Check>
void each_example(const Check& check) {
  arena memory;
  const json::value file = vector_json("seal/sealed.json", memory);
  const std::span<const json::value> messages = file.find("messages")->elements();
  REQUIRE(messages.size() == 7);
  for (const json::value& message : messages) {
    const example one(file, message);
    CAPTURE(one.text("name"));
    check(one);
  }
}

// What the example's author does, with his key.
template <class Use>
auto as_author(const example& one, const Use& use) {
  const key author = one.author();
  std::vector<seal_recipient> to;
  for (std::size_t i = 0; i != one.keys().size(); ++i) to.push_back({one.names()[i], &one.keys()[i], one.algorithm()});
  sealing how;
  how.signer = web;
  how.with = &author;
  how.algorithm = signature_algorithm::eddsa;
  how.to = to;
  how.encryption = one.encryption();
  how.content_type = one.text("content_type");
  how.place = one.text("place");
  how.context = one.text("context");
  how.issued = one.moment("issued");
  how.expires = one.moment("expires");
  return use(how);
}

}  // namespace

TEST_CASE("messages that another implementation has sealed open for each of their recipients") {
  each_example([](const example& one) {
    for (std::size_t i = 0; i != one.keys().size(); ++i) {
      const opening_rules rules = one.rules(i);
      arena memory;
      const auto read = open(one.sealed(), set_of({one.keys()[i]}), rules, one.text("place"), noon, memory);
      REQUIRE(read);
      CHECK(read->content.text() == one.text("content"));
      CHECK(read->content_type == one.text("content_type"));
      CHECK(read->recipients.size() == one.keys().size());
      CHECK(read->issued == one.moment("issued"));
      CHECK(read->expires == one.moment("expires"));
    }
  });
}

TEST_CASE("what is signed inside is the same, byte by byte") {
  each_example([](const example& one) {
    const auto inner =
        as_author(one, [&](const sealing& how) { return detail::signed_part(one.text("content"), how); });
    REQUIRE(inner);
    CHECK(inner->text() == one.text("inner"));
  });
}

TEST_CASE("with the same content key and IV the whole message is the same, byte by byte") {
  int made = 0;
  each_example([&made](const example& one) {
    if (one.text("cek").empty()) return;
    const std::string content_key = from_hex(one.text("cek"));
    const std::string iv = from_hex(one.text("iv"));
    const detail::chosen_randomness chosen{.content_key = bytes_of(content_key), .iv = bytes_of(iv)};
    const encryption_header said{.type = sealed_type, .content_type = sealed_content_type};
    const auto message =
        detail::encrypt(one.text("inner"), {one.keys().data(), one.algorithm()}, one.encryption(), said, chosen);
    REQUIRE(message);
    CHECK(*message == one.sealed());
    ++made;
  });
  CHECK(made == 2);
}

TEST_CASE("no example opens for a recipient that it does not name, or at another place") {
  each_example([](const example& one) {
    const key_set keys = set_of({one.keys().front()});
    opening_rules foreign = one.rules(0);
    foreign.recipient = cart;
    arena memory;
    CHECK(open(one.sealed(), keys, foreign, one.text("place"), noon, memory).error() == failure::recipient_mismatch);
    const opening_rules rules = one.rules(0);
    CHECK(open(one.sealed(), keys, rules, "/elsewhere", noon, memory).error() == failure::place_mismatch);
  });
}
