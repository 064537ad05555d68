// Messages of others; `jwe_encrypt.cpp` makes them.
#include <array>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/content_cipher.hpp>
#include <candela/jose/detail/deflate.hpp>
#include <candela/jose/detail/encrypted_message.hpp>
#include <candela/jose/detail/key_material.hpp>
#include <candela/jose/detail/key_opening.hpp>
#include <candela/jose/detail/key_way.hpp>
#include <candela/jose/jwe.hpp>
#include <climits>
#include <optional>

namespace candela::jose {

namespace {

using detail::encrypted_key_part;
using detail::encrypted_message;
using detail::joint_header;

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

// What is encrypted, decoded, with all sizes as the algorithm wants them.
struct sealed_content {
  std::span<const std::byte> iv;
  std::span<const std::byte> ciphertext;
  std::span<const std::byte> tag;
  std::array<std::string_view, 3> authenticated;
  std::size_t authenticated_parts = 1;
  std::string_view additional_data;
};

// What stands the same for all recipients.
struct envelope {
  content_algorithm encryption = content_algorithm::a256gcm;
  bool for_several = false;
  bool compressed = false;
  sealed_content content;
};

std::expected<std::span<const std::byte>, error> decoded(std::string_view encoded, std::string_view what,
                                                         arena& memory) {
  const std::span<std::byte> bytes = memory.make_array<std::byte>(decoded_size(encoded.size()));
  const std::optional<std::size_t> size = decode_base64url(encoded, bytes.data());
  if (!size) return refused(failure::base64_invalid, what);
  return bytes.first(*size);
}

// What is allowed is decided before anything is decoded. `enc` and `zip` are in one of the parts that all share.
std::expected<envelope, error> accepted(const joint_header& common, const header& integrity_protected,
                                        const decryption_rules& rules) {
  const std::expected<std::string_view, error> name = common.text("enc");
  if (!name) return std::unexpected(name.error());
  if (name->empty()) return refused(failure::header_invalid, "the header names no content encryption");
  const std::optional<content_algorithm> encryption = content_algorithm_of(*name);
  if (!encryption) return refused(failure::algorithm_unknown, "enc");
  if (!rules.encryption.contains(*encryption)) return refused(failure::algorithm_refused, "enc");
  if (!rules.type.empty() && !same_media_type(integrity_protected.type, rules.type))
    return refused(failure::type_mismatch, "typ");
  envelope read;
  read.encryption = *encryption;
  read.compressed = common.find("zip") != nullptr;
  if (!read.compressed) return read;
  const std::expected<std::string_view, error> zip = common.text("zip");
  if (!zip) return std::unexpected(zip.error());
  if (*zip != "DEF") return refused(failure::algorithm_unknown, "zip");
  if (!rules.compressed) return refused(failure::algorithm_refused, "zip");
  return read;
}

std::expected<sealed_content, error> read_content(const encrypted_message& from, content_algorithm encryption,
                                                  arena& memory) {
  if (from.iv.size() != encoded_size(detail::iv_size(encryption)) ||
      from.tag.size() != encoded_size(detail::tag_size(encryption)))
    return refused(failure::malformed, "an IV or a tag of another length than the algorithm's");
  const auto iv = decoded(from.iv, "the IV", memory);
  if (!iv) return std::unexpected(iv.error());
  const auto tag = decoded(from.tag, "the tag", memory);
  if (!tag) return std::unexpected(tag.error());
  const auto ciphertext = decoded(from.ciphertext, "the ciphertext", memory);
  if (!ciphertext) return std::unexpected(ciphertext.error());
  if (!detail::is_ciphertext_size(encryption, ciphertext->size()))
    return refused(failure::malformed, "a ciphertext of a length that the algorithm does not make");
  sealed_content read{.iv = *iv,
                      .ciphertext = *ciphertext,
                      .tag = *tag,
                      .authenticated = {from.protected_header},
                      .authenticated_parts = 1,
                      .additional_data = {}};
  if (!from.additional_data) return read;
  const auto additional = decoded(*from.additional_data, "the additional data", memory);
  if (!additional) return std::unexpected(additional.error());
  read.additional_data = {reinterpret_cast<const char*>(additional->data()), additional->size()};
  read.authenticated = {from.protected_header, ".", *from.additional_data};
  read.authenticated_parts = 3;
  return read;
}

// The key and the way that one recipient's header names.
struct chosen_key {
  const key* by = nullptr;
  key_algorithm algorithm = key_algorithm::dir;
};

std::expected<chosen_key, error> choose(const joint_header& own, content_algorithm encryption, const key_set& keys,
                                        const decryption_rules& rules) {
  const std::expected<std::string_view, error> name = own.text("alg");
  if (!name) return std::unexpected(name.error());
  if (name->empty()) return refused(failure::header_invalid, "the header names no algorithm");
  const std::optional<key_algorithm> algorithm = key_algorithm_of(*name);
  if (!algorithm) return refused(failure::algorithm_unknown, "alg");
  if (!rules.algorithms.contains(*algorithm)) return refused(failure::algorithm_refused, "alg");
  const std::expected<std::string_view, error> id = own.text("kid");
  if (!id) return std::unexpected(id.error());
  const std::expected<const key*, error> by = keys.opener(*id, *algorithm, encryption);
  if (!by) return std::unexpected(by.error());
  return chosen_key{*by, *algorithm};
}

// The recipients in turn, until the content opens for one.
class attempts {
 public:
  attempts(const envelope& message, const key_set& keys, const decryption_rules& rules, arena& memory) noexcept
      : message_(message), keys_(keys), rules_(rules), memory_(memory), iterations_left_(rules.max_iterations) {}

  // Fills key, algorithm and content of `into`.
  bool open(const encrypted_key_part& part, const joint_header& own, decrypted& into) {
    const std::expected<chosen_key, error> chosen = choose(own, message_.encryption, keys_, rules_);
    if (!chosen) return fail(chosen.error());
    if (message_.for_several && detail::fixes_content_key(chosen->algorithm))
      return fail({failure::malformed, "an algorithm for one recipient beside others"});
    std::expected<secret_bytes, error> content_key = detail::open_content_key(
        chosen->by->material().numbers(), {chosen->algorithm, message_.encryption, part.encrypted_key, own},
        iterations_left_, memory_);
    if (!content_key) return fail(content_key.error());
    const sealed_content& sealed = message_.content;
    std::optional<secret_bytes> content =
        detail::open({message_.encryption, *content_key, sealed.iv,
                      std::span(sealed.authenticated).first(sealed.authenticated_parts)},
                     sealed.ciphertext, sealed.tag);
    if (!content) return fail({failure::decryption_failed, "the content"});
    into.by = chosen->by;
    into.algorithm = chosen->algorithm;
    into.content = std::move(*content);
    return true;
  }

  // Of several recipients the first that a key was used for says what is wrong.
  [[nodiscard]] const error& failed() const noexcept { return failed_; }

 private:
  bool fail(error what) noexcept {
    // All that went wrong behind a key's use is one and the same to whoever asks.
    if (what == failure::decryption_failed) what = {failure::decryption_failed, "no key opens it"};
    if (first_ || what == failure::decryption_failed) failed_ = what;
    first_ = false;
    return false;
  }

  const envelope& message_;
  const key_set& keys_;
  const decryption_rules& rules_;
  arena& memory_;
  std::uint32_t iterations_left_;
  bool first_ = true;
  error failed_{failure::decryption_failed, "no key opens it"};
};

std::expected<encrypted_message, error> take_apart(std::string_view message, const decryption_rules& rules,
                                                   arena& memory) {
  if (message.size() > rules.max_bytes || message.size() > INT_MAX) return refused(failure::too_large, "the message");
  if (!message.starts_with('{')) return detail::read_compact_encrypted(message, memory);
  if (!rules.json) return refused(failure::malformed, "a JSON serialization is not accepted here");
  return detail::read_json_encrypted(message, rules.max_recipients, memory);
}

std::expected<header, error> read_protected_part(std::string_view encoded, const decryption_rules& rules,
                                                 arena& memory) {
  if (encoded.empty()) return header();
  return read_protected_header(encoded, rules.header, memory);
}

std::expected<envelope, error> read_envelope(const encrypted_message& from, const header& integrity_protected,
                                             const decryption_rules& rules, arena& memory) {
  const json::value none;
  for (const encrypted_key_part& each : from.recipients) {
    const joint_header own(integrity_protected.members, from.shared_header, each.header);
    if (auto right = own.check(rules.unprotected_encryption); !right) return std::unexpected(right.error());
  }
  std::expected<envelope, error> read =
      accepted(joint_header(integrity_protected.members, from.shared_header, none), integrity_protected, rules);
  if (!read) return read;
  const std::expected<sealed_content, error> content = read_content(from, read->encryption, memory);
  if (!content) return std::unexpected(content.error());
  read->content = *content;
  read->for_several = from.recipients.size() > 1;
  return read;
}

std::expected<void, error> decompress(decrypted& opened, const decryption_rules& rules) {
  std::expected<secret_bytes, error> inflated = detail::inflate(opened.content, rules.max_decompressed_bytes);
  if (!inflated) return std::unexpected(inflated.error());
  opened.content = std::move(*inflated);
  return {};
}

}  // namespace

std::expected<decrypted, error> decrypt(std::string_view message, const key_set& keys, const decryption_rules& rules,
                                        arena& memory) {
  const std::expected<encrypted_message, error> from = take_apart(message, rules, memory);
  if (!from) return std::unexpected(from.error());
  const std::expected<header, error> integrity_protected = read_protected_part(from->protected_header, rules, memory);
  if (!integrity_protected) return std::unexpected(integrity_protected.error());
  const std::expected<envelope, error> read = read_envelope(*from, *integrity_protected, rules, memory);
  if (!read) return std::unexpected(read.error());
  decrypted opened;
  opened.protected_header = *integrity_protected;
  opened.shared_header = from->shared_header;
  opened.encryption = read->encryption;
  opened.additional_data = read->content.additional_data;
  attempts tried(*read, keys, rules, memory);
  for (const encrypted_key_part& each : from->recipients) {
    if (!tried.open(each, joint_header(integrity_protected->members, from->shared_header, each.header), opened))
      continue;
    opened.recipient_header = each.header;
    if (read->compressed) {
      if (auto done = decompress(opened, rules); !done) return std::unexpected(done.error());
    }
    return opened;
  }
  return std::unexpected(tried.failed());
}

}  // namespace candela::jose
