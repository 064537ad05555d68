#include <algorithm>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/refusal.hpp>
#include <candela/json/secret_reader.hpp>
#include <iterator>

namespace candela::command {

namespace {

constexpr std::byte der_sequence{0x30};
constexpr std::size_t max_depth = 8;

bool is_json(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && text[first] == '{';
}

// A JWK by itself keeps the absence of an id; a set gives it one.
std::vector<jose::key> from_json(std::string_view text) {
  if (!is_json(text)) refuse({jose::failure::json_invalid, "a key is a JWK, or stands in a JWK set, PEM or DER"});
  const json::secret_reader parsed(text, {.max_depth = max_depth});
  const json::value* const root = parsed.root();
  if (root != nullptr && root->find("kty") != nullptr) return {jose::key::from_jwk(*root).value()};
  const jose::key_set set = jose::key_set::from_json(text).value();
  if (set.empty()) refuse({jose::failure::key_unknown, "a set without a key that is known here"});
  return {set.keys().begin(), set.keys().end()};
}

}  // namespace

void refuse(const jose::error& why) { throw std::bad_expected_access<jose::error>(why); }

std::vector<jose::key> read_keys(const jose::secret_bytes& content) {
  const std::string_view text = content.text();
  if (text.contains("-----BEGIN ")) return {jose::key::from_pem(text).value()};
  if (!content.empty() && *content.data() == der_sequence) return {jose::key::from_der(content).value()};
  return from_json(text);
}

std::vector<jose::key> read_keys(const std::string& file, input_files& from) {
  const jose::secret_bytes content = from.read(file);
  return about(file, content, [&content] { return read_keys(content); });
}

std::vector<jose::key> read_keys(const std::vector<std::string>& files, input_files& from) {
  if (files.empty()) throw misuse("--key is needed: a file with a JWK, a JWK set or PEM");
  std::vector<jose::key> all;
  for (const std::string& each : files) std::ranges::move(read_keys(each, from), std::back_inserter(all));
  return all;
}

std::vector<jose::key> read_keys_or_password(const std::vector<std::string>& files, const std::string& password,
                                             input_files& from) {
  if (password.empty()) return read_keys(files, from);
  if (!files.empty()) throw misuse("--password stands in place of --key");
  // Marked so, it fits nothing that would take it for a key as it is.
  jose::key_description described;
  described.operations.add(jose::key_operation::derive_key);
  return {jose::key::from_secret(from.read_password(password), std::move(described)).value()};
}

std::vector<jose::key> chosen(std::vector<jose::key> keys, const std::string& id) {
  if (id.empty()) return keys;
  std::erase_if(keys, [&id](const jose::key& each) { return each.id() != id; });
  if (keys.empty()) throw misuse("no key is called \"" + id + "\"");
  return keys;
}

jose::key_set as_set(std::vector<jose::key> keys) { return jose::key_set::unnamed(std::move(keys)).value(); }

}  // namespace candela::command
