// New messages; `jwe_decrypt.cpp` opens them.
#include <algorithm>
#include <array>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/content_cipher.hpp>
#include <candela/jose/detail/deflate.hpp>
#include <candela/jose/detail/encryption.hpp>
#include <candela/jose/detail/key_way.hpp>
#include <candela/json/writer.hpp>
#include <climits>

namespace candela::jose {

namespace {

using detail::chosen_randomness;
using detail::wrapped_key;

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

// What a header says by itself: nothing further may have such a name.
constexpr std::array<std::string_view, 14> taken{"alg", "enc", "kid", "typ", "cty", "zip", "crit",
                                                 "b64", "epk", "apu", "apv", "iv",  "tag", "p2s"};

std::expected<void, error> check(const recipient& to, content_algorithm encryption) {
  if (to.to == nullptr) return refused(failure::key_unknown, "a recipient without a key");
  return to.to->fits(to.algorithm, encryption, key_operation::encrypt);
}

std::expected<void, error> check(const encryption_header& said) {
  for (const json::member& each : said.further.members()) {
    if (std::ranges::find(taken, each.name) != taken.end() || each.name == "p2c")
      return refused(failure::header_invalid, "a further member stands in the header already");
  }
  return {};
}

// What is said of and for one recipient.
void write_recipient(json::writer& json, const recipient& to, const encryption_header& said, const wrapped_key& key) {
  json.member("alg", name_of(to.algorithm));
  if (said.key_id && !to.to->id().empty()) json.member("kid", to.to->id());
  for (const json::member& each : key.members) json.member(each.name, each.item);
}

// What is said of the content.
void write_content(json::writer& json, content_algorithm encryption, const encryption_header& said) {
  if (!said.type.empty()) json.member("typ", said.type);
  if (!said.content_type.empty()) json.member("cty", said.content_type);
  json.member("enc", name_of(encryption));
  if (said.compress) json.member("zip", "DEF");
  for (const json::member& each : said.further.members()) json.member(each.name, each.item);
}

// The protected header in base64url; `key` is null where recipients have headers of their own.
std::string_view protected_header(const recipient& to, const wrapped_key* key, content_algorithm encryption,
                                  const encryption_header& said, arena& memory) {
  json::output out(memory);
  json::writer json(out);
  json.begin_object();
  if (key != nullptr) write_recipient(json, to, said, *key);
  write_content(json, encryption, said);
  json.end_object();
  return encode_base64url(std::as_bytes(std::span(out.text())), memory);
}

// In base64url, but for the authenticated text, which is as it goes into the tag.
struct sealed {
  std::string_view iv;
  std::string_view ciphertext;
  std::string_view tag;
};

std::expected<sealed, error> seal_content(std::string_view content, const secret_bytes& content_key,
                                          content_algorithm encryption, const chosen_randomness& chosen,
                                          std::span<const std::string_view> additional, bool compress, arena& memory) {
  std::span<const std::byte> plain = std::as_bytes(std::span(content));
  std::expected<secret_bytes, error> deflated;
  if (compress) {
    deflated = detail::deflate(plain);
    if (!deflated) return std::unexpected(deflated.error());
    plain = *deflated;
  }
  if (plain.size() > INT_MAX - detail::aes_block) return refused(failure::too_large, "the content");
  const std::span<std::byte> iv = memory.make_array<std::byte>(detail::iv_size(encryption));
  const std::span<std::byte> tag = memory.make_array<std::byte>(detail::tag_size(encryption));
  const std::span<std::byte> out = memory.make_array<std::byte>(detail::ciphertext_size(encryption, plain.size()));
  if (!detail::fill(iv, chosen.iv) ||
      !detail::seal({encryption, content_key, iv, additional}, plain, out.data(), tag.data()))
    return refused(failure::out_of_resources, "OpenSSL could not encrypt");
  return sealed{encode_base64url(iv, memory), encode_base64url(out, memory), encode_base64url(tag, memory)};
}

// A message in the making: everything but the form in which it is written.
struct parts {
  std::string_view protected_header;
  std::string_view additional_data;  // in base64url
  std::span<wrapped_key> keys;
  sealed content;
};

std::expected<std::span<wrapped_key>, error> wrap_for_all(std::span<const recipient> to, content_algorithm encryption,
                                                          const encryption_header& said,
                                                          std::span<const chosen_randomness> chosen,
                                                          secret_bytes& content_key, arena& memory) {
  const std::span<wrapped_key> keys = memory.make_array<wrapped_key>(to.size());
  for (std::size_t i = 0; i != to.size(); ++i) {
    const chosen_randomness own = i < chosen.size() ? chosen[i] : chosen_randomness();
    const auto wrapped = detail::wrap_content_key(to[i], encryption, said, own, content_key, memory);
    if (!wrapped) return std::unexpected(wrapped.error());
    keys[i] = *wrapped;
  }
  return keys;
}

std::expected<parts, error> make(std::string_view content, std::span<const recipient> to, content_algorithm encryption,
                                 const encryption_header& said, std::string_view additional_data,
                                 std::span<const chosen_randomness> chosen, arena& memory) {
  for (const recipient& each : to) {
    if (auto fits = check(each, encryption); !fits) return std::unexpected(fits.error());
  }
  if (auto right = check(said); !right) return std::unexpected(right.error());
  const chosen_randomness first = chosen.empty() ? chosen_randomness() : chosen.front();
  std::expected<secret_bytes, error> content_key = detail::new_content_key(encryption, first);
  if (!content_key) return std::unexpected(content_key.error());
  const auto keys = wrap_for_all(to, encryption, said, chosen, *content_key, memory);
  if (!keys) return std::unexpected(keys.error());
  parts made;
  made.keys = *keys;
  made.protected_header = protected_header(to[0], to.size() == 1 ? keys->data() : nullptr, encryption, said, memory);
  made.additional_data = encode_base64url(std::as_bytes(std::span(additional_data)), memory);
  const std::array<std::string_view, 3> authenticated{made.protected_header, ".", made.additional_data};
  const auto content_part =
      seal_content(content, *content_key, encryption, first,
                   std::span(authenticated).first(additional_data.empty() ? 1 : 3), said.compress, memory);
  if (!content_part) return std::unexpected(content_part.error());
  made.content = *content_part;
  return made;
}

// The recipients of a general serialization; several have a header of their own each.
void write_recipients(json::writer& json, std::span<const recipient> to, const encryption_header& said,
                      std::span<const wrapped_key> keys) {
  json.key("recipients").begin_array();
  for (std::size_t i = 0; i != to.size(); ++i) {
    json.begin_object();
    if (to.size() > 1) {
      json.key("header").begin_object();
      write_recipient(json, to[i], said, keys[i]);
      json.end_object();
    }
    if (!keys[i].encrypted_key.empty()) json.member("encrypted_key", keys[i].encrypted_key);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

std::expected<std::string, error> detail::encrypt(std::string_view content, const recipient& to,
                                                  content_algorithm encryption, const encryption_header& said,
                                                  const chosen_randomness& chosen) {
  arena memory;
  const std::expected<parts, error> made = make(content, {&to, 1}, encryption, said, {}, {&chosen, 1}, memory);
  if (!made) return std::unexpected(made.error());
  std::string message;
  const std::array<std::string_view, 5> all{made->protected_header, made->keys[0].encrypted_key, made->content.iv,
                                            made->content.ciphertext, made->content.tag};
  std::size_t size = all.size() - 1;
  for (const std::string_view each : all) size += each.size();
  message.reserve(size);
  for (const std::string_view each : all) {
    if (!message.empty()) message += '.';
    message += each;
  }
  return message;
}

std::expected<std::string, error> detail::encrypt_json(std::string_view content, std::span<const recipient> to,
                                                       content_algorithm encryption, const encryption_header& said,
                                                       std::string_view additional_data,
                                                       std::span<const chosen_randomness> chosen,
                                                       std::optional<json_form> form) {
  if (to.empty()) return refused(failure::key_unknown, "no recipient");
  const bool general = form ? *form == json_form::general : to.size() > 1;
  if (!general && to.size() > 1) return refused(failure::malformed, "the flattened form has one recipient");
  const auto fixes = [](const recipient& each) { return detail::fixes_content_key(each.algorithm); };
  if (to.size() > 1 && std::ranges::any_of(to, fixes))
    return refused(failure::algorithm_refused, "an algorithm for one recipient beside others");
  arena memory;
  const std::expected<parts, error> made = make(content, to, encryption, said, additional_data, chosen, memory);
  if (!made) return std::unexpected(made.error());
  json::output out(memory);
  json::writer json(out);
  json.begin_object();
  json.member("protected", made->protected_header);
  if (general) {
    write_recipients(json, to, said, made->keys);
  } else if (!made->keys[0].encrypted_key.empty()) {
    json.member("encrypted_key", made->keys[0].encrypted_key);
  }
  if (!additional_data.empty()) json.member("aad", made->additional_data);
  json.member("iv", made->content.iv).member("ciphertext", made->content.ciphertext).member("tag", made->content.tag);
  json.end_object();
  return std::string(out.text());
}

std::expected<std::string, error> encrypt(std::string_view content, const key& to, key_algorithm algorithm,
                                          content_algorithm encryption, const encryption_header& said) {
  return detail::encrypt(content, {&to, algorithm}, encryption, said, {});
}

std::expected<std::string, error> encrypt_json(std::string_view content, std::span<const recipient> to,
                                               content_algorithm encryption, const encryption_header& said,
                                               std::string_view additional_data, std::optional<json_form> form) {
  return detail::encrypt_json(content, to, encryption, said, additional_data, {}, form);
}

}  // namespace candela::jose
