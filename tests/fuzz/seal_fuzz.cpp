// Outside bytes as sealed messages, as what is encrypted in them, as what an author signs, and as documents with sealed
// members: nothing opens but what the author has sealed for this recipient and place, and that comes out as it was.
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/jws_parts.hpp>
#include <candela/jose/detail/sealed_part.hpp>
#include <candela/jose/members.hpp>
#include <candela/json/pointer.hpp>
#include <candela/json/reader.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace candela;
using namespace candela::jose;

namespace {

constexpr std::string_view author = "urn:shop:web";
constexpr std::string_view self = "urn:shop:vault";
constexpr clock::wall_time noon{std::chrono::seconds{1'800'000'000}};

void require(bool truth) {
  if (!truth) std::abort();
}

// The key of RFC 7515, appendix A.3.
const key& author_key() {
  static const key made = key::from_jwk(R"({"kty":"EC","crv":"P-256","kid":"web-1",
      "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
      "d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})")
                              .value();
  return made;
}
const key& own_key() {
  static const key made = key::from_jwk(R"({"kty":"oct","k":"a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s"})").value();
  return made;
}
const key_set& own_keys() {
  static const key_set made = key_set::of({own_key()}).value();
  return made;
}

const opening_rules& rules() {
  static const opening_rules made = [] {
    opening_rules accepted;
    accepted.signatures = {signature_algorithm::es256};
    accepted.algorithms = {key_algorithm::a256kw, key_algorithm::dir};
    accepted.encryption = {content_algorithm::a256gcm};
    accepted.signers.push_back({std::string(author), key_set::of({author_key().public_key().value()}).value()});
    accepted.recipient = self;
    accepted.several = true;
    return accepted;
  }();
  return made;
}

const sealing& right() {
  static const seal_recipient to{self, &own_key(), key_algorithm::a256kw};
  static const sealing made = [] {
    sealing how;
    how.signer = author;
    how.with = &author_key();
    how.to = {&to, 1};
    how.content_type = "application/octet-stream";
    return how;
  }();
  return made;
}

// What opens was said by the author, for us and for that place.
void check_message(std::string_view message, std::string_view place, arena& memory) {
  const auto read = open(message, own_keys(), rules(), place, noon, memory);
  if (!read) return require(!name_of(read.error().code).empty());
  require(read->signer == author && *read->by == author_key() && !read->content_type.empty());
  bool named = false;
  for (const std::string_view each : read->recipients) named = named || each == self;
  require(named);
}

std::string encrypted(std::string_view inner) {
  const encryption_header said{.type = sealed_type, .content_type = sealed_content_type};
  return encrypt(inner, own_key(), key_algorithm::dir, content_algorithm::a256gcm, said).value();
}

// As the inner header: rightly signed, whatever it says.
void check_header(std::string_view text, arena& memory) {
  const std::string_view header = encode_base64url(std::as_bytes(std::span(text)), memory);
  std::string token = std::string(header) + ".e30";
  std::string signature(detail::encoded_signature_size(author_key(), signature_algorithm::es256), '\0');
  const std::string_view signed_text = token;
  require(detail::write_signature({&signed_text, 1}, author_key(), signature_algorithm::es256, signature.data())
              .has_value());
  token += '.';
  token += signature;
  check_message(encrypted(token), {}, memory);
  check_message(encrypted(token), "/a", memory);
}

// As content: comes back as it was, at its place only.
void check_content(std::string_view text, arena& memory) {
  const std::string message = seal(text, right()).value();
  const auto read = open(message, own_keys(), rules(), {}, noon, memory);
  require(read && read->content.text() == text);
  require(!open(message, own_keys(), rules(), "/a", noon, memory));
}

// As a document: opened as it comes, and sealed and opened again where it has a member `a`.
void check_document(std::string_view text) {
  const std::vector<std::string> places{"/a"};
  static_cast<void>(open_members(text, {places}, own_keys(), rules(), noon));
  const auto passed = seal_members(text, {.places = places, .required = false}, right());
  if (!passed) return;
  const auto read = open_members(passed->text(), {.places = places, .required = false}, own_keys(), rules(), noon);
  require(read && read->document.text() == text);
  if (read->authors.empty()) require(passed->text() == text);
}

// As a pointer into a document, whose bytes are then a value of their own.
void check_pointer(std::string_view text, arena& memory) {
  constexpr std::string_view document = R"( {"a":[1,{"b~/":"\"]"}], "":{"0":-1e2 }} )";
  const json::value root = json::parse<json::value>(document, memory).value();
  const json::value* found = root.at(text);
  const std::string_view bytes = json::text_at(document, root, text);
  require((found != nullptr) == (bytes.data() != nullptr));
  if (found == nullptr) return;
  require(json::is_pointer(text) && json::parse<json::value>(bytes, memory).value() == *found);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  arena memory;
  check_message(text, {}, memory);
  check_message(encrypted(text), {}, memory);
  check_header(text, memory);
  check_content(text, memory);
  check_document(text);
  check_pointer(text, memory);
  return 0;
}
