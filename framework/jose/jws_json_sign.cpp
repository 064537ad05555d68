#include <algorithm>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/jws_parts.hpp>
#include <candela/jose/jws_json.hpp>
#include <candela/json/reader.hpp>
#include <candela/json/writer.hpp>

namespace candela::jose {

namespace {

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

std::string_view encode(std::string_view text, arena& memory) {
  char* const out = static_cast<char*>(memory.allocate(encoded_size(text.size()), 1));
  encode_base64url(out, std::as_bytes(std::span(text)));
  return {out, encoded_size(text.size())};
}

// What one signature says, protected (in base64url) and not.
struct headers {
  std::string_view safe;
  json::value open;
};

std::expected<headers, error> headers_of(const signer& one, arena& memory) {
  const auto text = detail::header_text(one.with, one.algorithm, one.said, memory);
  if (!text) return std::unexpected(text.error());
  const json::value said = json::parse<json::value>(*text, memory).value();
  for (const json::member& each : one.unprotected.members()) {
    if (said.find(each.name) != nullptr) return refused(failure::header_invalid, "a member is both protected and not");
    if (each.name == "crit" || each.name == "b64")
      return refused(failure::header_invalid, "crit and b64 must be protected");
  }
  if (one.protect) return headers{encode(*text, memory), one.unprotected};
  if (!one.said.encoded_payload) return refused(failure::header_invalid, "crit and b64 must be protected");
  const std::span<const json::member> own = said.members();
  const std::span<const json::member> further = one.unprotected.members();
  const std::span<json::member> all = memory.make_array<json::member>(own.size() + further.size());
  std::ranges::copy(further, std::ranges::copy(own, all.begin()).out);
  return headers{{}, json::value(std::span<const json::member>(all))};
}

std::expected<void, error> write_signature(json::writer& out, const signer& one, std::string_view payload,
                                           arena& memory) {
  if (auto fits = one.with.fits(one.algorithm, key_operation::sign); !fits) return fits;
  const std::expected<headers, error> said = headers_of(one, memory);
  if (!said) return std::unexpected(said.error());
  const std::size_t size = detail::encoded_signature_size(one.with, one.algorithm);
  char* const signature = static_cast<char*>(memory.allocate(size, 1));
  const std::string_view text[] = {said->safe, ".", payload};
  if (auto made = detail::write_signature(text, one.with, one.algorithm, signature); !made) return made;
  if (one.protect) out.member("protected", said->safe);
  if (!said->open.members().empty()) out.member("header", said->open);
  out.member("signature", std::string_view(signature, size));
  return {};
}

std::expected<void, error> check_signers(std::span<const signer> signers, json_form form) {
  if (signers.empty()) return refused(failure::signature_missing, "nobody signs");
  if (form == json_form::flattened && signers.size() != 1)
    return refused(failure::malformed, "the flattened form has one signature");
  const bool encoded = signers.front().said.encoded_payload;
  if (!std::ranges::all_of(signers, [=](const signer& each) { return each.said.encoded_payload == encoded; }))
    return refused(failure::header_invalid, "b64 differs between signatures");
  return {};
}

// A JSON text holds the payload as it is only when it can give it back.
bool survives(std::string_view payload, arena& memory) {
  const auto read = json::parse<std::string_view>(json::to_text(payload, memory), memory);
  return read && *read == payload;
}

}  // namespace

std::expected<std::string, error> sign_json(std::string_view payload, std::span<const signer> signers, json_form form,
                                            bool detached) {
  if (auto right = check_signers(signers, form); !right) return std::unexpected(right.error());
  arena memory;
  const bool encoded = signers.front().said.encoded_payload;
  if (!encoded && !detached && !survives(payload, memory))
    return refused(failure::malformed, "a payload that cannot stand in JSON as it is");
  const std::string_view text = encoded ? encode(payload, memory) : payload;
  json::output out(memory);
  json::writer json(out);
  json.begin_object();
  if (!detached) json.member("payload", text);
  if (form == json_form::general) json.key("signatures").begin_array();
  for (const signer& each : signers) {
    if (form == json_form::general) json.begin_object();
    if (auto made = write_signature(json, each, text, memory); !made) return std::unexpected(made.error());
    if (form == json_form::general) json.end_object();
  }
  if (form == json_form::general) json.end_array();
  json.end_object();
  return std::string(out.text());
}

}  // namespace candela::jose
