#include <algorithm>
#include <candela/jose/base64url.hpp>
#include <candela/jose/detail/jwk.hpp>

namespace candela::jose::detail {

namespace {

constexpr std::size_t max_number_bytes = 2048;  // RSA of 16,384 bits
constexpr std::array<std::string_view, 3> uses{"", "sig", "enc"};
constexpr std::array<std::string_view, 8> operations{"sign",    "verify",    "encrypt",   "decrypt",
                                                     "wrapKey", "unwrapKey", "deriveKey", "deriveBits"};

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

// Reads members of one JWK and keeps the first thing that is wrong.
class member_reader {
 public:
  explicit member_reader(const json::value& object) noexcept : object_(object) {}

  std::string_view text(std::string_view name) noexcept {
    const json::value* found = object_.find(name);
    if (found == nullptr) return {};
    const std::optional<std::string_view> content = found->string();
    if (!content) fail(failure::key_invalid, "a member of the JWK is not a text");
    return content.value_or(std::string_view());
  }

  void number(part which, raw_key& into, bool required) {
    const json::value* found = object_.find(name_of(which));
    if (found == nullptr) {
      if (required) fail(failure::key_invalid, "a member of the JWK is missing");
      return;
    }
    const std::optional<std::string_view> encoded = found->string();
    if (!encoded || encoded->empty()) return fail(failure::key_invalid, "a number of the JWK is not a text");
    if (encoded->size() > encoded_size(max_number_bytes)) return fail(failure::too_large, "a number of the JWK");
    secret_bytes bytes(decoded_size(encoded->size()));
    const auto decode = is_secret(which) ? decode_secret_base64url : decode_base64url;
    if (!decode(*encoded, bytes.data())) return fail(failure::base64_invalid, "a number of the JWK");
    into[which] = std::move(bytes);
  }

  // RFC 7518, section 2: the fewest bytes that hold the number.
  void minimal(part which, raw_key& into, bool required) {
    number(which, into, required);
    if (into.has(which) && into[which].data()[0] == std::byte{0})
      fail(failure::key_invalid, "a number of the JWK begins with a zero byte");
  }

  void fail(failure code, std::string_view detail) noexcept {
    if (!wrong_) wrong_ = error{code, detail};
  }
  [[nodiscard]] const std::optional<error>& wrong() const noexcept { return wrong_; }
  [[nodiscard]] const json::value& object() const noexcept { return object_; }

 private:
  const json::value& object_;
  std::optional<error> wrong_;
};

void read_numbers(member_reader& members, raw_key& into) {
  switch (into.kind) {
    case key_kind::rsa:
      members.minimal(part::n, into, true);
      members.minimal(part::e, into, true);
      for (const part each : {part::d, part::p, part::q, part::dp, part::dq, part::qi})
        members.minimal(each, into, false);
      if (members.object().find("oth") != nullptr)
        members.fail(failure::key_invalid, "an RSA key of more than two primes");
      if (!into.has(part::d) && into.has(part::p)) members.fail(failure::key_invalid, "factors without a private key");
      break;
    case key_kind::ec:
      members.number(part::x, into, true);
      members.number(part::y, into, true);
      members.number(part::d, into, false);
      break;
    case key_kind::okp:
      members.number(part::x, into, true);
      members.number(part::d, into, false);
      break;
    case key_kind::oct: members.number(part::k, into, true); break;
  }
}

void read_operations(member_reader& members, key_description& into) {
  const json::value* listed = members.object().find("key_ops");
  if (listed == nullptr) return;
  if (listed->type() != json::value::kind::array || listed->elements().empty())
    return members.fail(failure::key_invalid, "key_ops is not a list of names");
  key_operations read;
  for (const json::value& each : listed->elements()) {
    const std::optional<std::string_view> name = each.string();
    if (!name) return members.fail(failure::key_invalid, "key_ops is not a list of names");
    const auto found = std::ranges::find(operations, *name);
    if (found == operations.end()) continue;  // others may be registered
    const auto operation = static_cast<key_operation>(found - operations.begin());
    if (read.contains(operation)) return members.fail(failure::key_invalid, "key_ops repeats a name");
    read.add(operation);
  }
  // Only names that mean nothing here: the key is for nothing that we do.
  if (read.empty()) return members.fail(failure::key_unfit, "key_ops names nothing that is done here");
  into.operations = read;
}

void read_description(member_reader& members, key_description& into) {
  into.id = members.text("kid");
  into.algorithm = members.text("alg");
  const std::string_view use = members.text("use");
  const auto found = std::ranges::find(uses, use);
  if (found == uses.end()) {
    members.fail(failure::key_unfit, "a use that is neither sig nor enc");
  } else {
    into.use = static_cast<key_use>(found - uses.begin());
  }
  read_operations(members, into);
}

}  // namespace

std::string_view name_of(key_use use) noexcept { return uses[static_cast<std::size_t>(use)]; }
std::string_view name_of(key_operation operation) noexcept { return operations[static_cast<std::size_t>(operation)]; }

std::expected<read_jwk, error> read(const json::value& object) {
  if (object.type() != json::value::kind::object) return refused(failure::json_invalid, "a JWK is one JSON object");
  member_reader members(object);
  read_jwk result;
  const std::string_view kind_name = members.text("kty");
  if (members.wrong()) return std::unexpected(*members.wrong());
  if (kind_name.empty()) return refused(failure::key_invalid, "a JWK without kty");
  const std::optional<key_kind> kind = key_kind_of(kind_name);
  result.known = kind.has_value();
  if (!kind) return result;
  result.numbers.kind = *kind;
  if (*kind == key_kind::ec || *kind == key_kind::okp) {
    const std::optional<curve> on = curve_of(members.text("crv"));
    const bool edwards_or_montgomery = on && *on >= curve::ed25519;
    result.known = on.has_value() && edwards_or_montgomery == (*kind == key_kind::okp);
    if (!result.known) return result;
    result.numbers.on_curve = *on;
  }
  read_numbers(members, result.numbers);
  read_description(members, result.described);
  if (members.wrong()) return std::unexpected(*members.wrong());
  return result;
}

}  // namespace candela::jose::detail
