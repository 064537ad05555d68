#include <array>
#include <candela/jose/detail/encrypted_message.hpp>
#include <candela/json/reader.hpp>

namespace candela::jose::detail {

namespace {

// A header may have eight levels, and stands two below the whole.
constexpr std::size_t max_depth = 8 + 3;

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

// Reads members of one object and keeps whether any was of a wrong type.
class member_reader {
 public:
  explicit member_reader(const json::value& object) noexcept : object_(object) {}

  std::optional<std::string_view> text(std::string_view name) noexcept {
    const json::value* found = object_.find(name);
    if (found == nullptr) return std::nullopt;
    const std::optional<std::string_view> content = found->string();
    right_ = right_ && content.has_value();
    return content;
  }
  std::string_view required(std::string_view name) noexcept {
    const std::optional<std::string_view> content = text(name);
    right_ = right_ && content.has_value();
    return content.value_or(std::string_view());
  }
  // What may be left out must not be there as nothing: there would be two spellings.
  std::string_view filled(std::string_view name) noexcept {
    const std::optional<std::string_view> content = text(name);
    right_ = right_ && (!content || !content->empty());
    return content.value_or(std::string_view());
  }
  json::value object(std::string_view name) noexcept {
    const json::value* found = object_.find(name);
    if (found == nullptr) return {};
    right_ = right_ && found->type() == json::value::kind::object;
    return *found;
  }
  [[nodiscard]] bool has(std::string_view name) const noexcept { return object_.find(name) != nullptr; }
  [[nodiscard]] bool right() const noexcept { return right_; }

 private:
  const json::value& object_;
  bool right_ = true;
};

// The members that a flattened message has itself, and in a general one each recipient.
encrypted_key_part read_recipient(member_reader& from) noexcept {
  return {from.filled("encrypted_key"), from.object("header")};
}

std::expected<std::span<const encrypted_key_part>, error> read_recipients(const json::value& whole,
                                                                          unsigned max_recipients, arena& memory) {
  const json::value* listed = whole.find("recipients");
  const std::span<const json::value> each = listed->elements();
  if (each.empty()) return refused(failure::malformed, "recipients is not a list of some");
  if (each.size() > max_recipients) return refused(failure::too_large, "the number of recipients");
  const std::span<encrypted_key_part> read = memory.make_array<encrypted_key_part>(each.size());
  for (std::size_t i = 0; i != each.size(); ++i) {
    member_reader members(each[i]);
    if (each[i].type() != json::value::kind::object) return refused(failure::malformed, "a recipient");
    read[i] = read_recipient(members);
    if (!members.right()) return refused(failure::malformed, "a recipient");
  }
  return read;
}

}  // namespace

std::expected<encrypted_message, error> read_compact_encrypted(std::string_view text, arena& memory) {
  std::array<std::string_view, 5> parts;
  for (std::size_t i = 0; i != parts.size(); ++i) {
    const std::size_t dot = text.find('.');
    if ((dot == text.npos) != (i == parts.size() - 1))
      return refused(failure::malformed, "a compact encryption has five parts");
    parts[i] = text.substr(0, dot);
    text.remove_prefix(dot == text.npos ? text.size() : dot + 1);
  }
  const std::span<encrypted_key_part> only = memory.make_array<encrypted_key_part>(1);
  only[0].encrypted_key = parts[1];
  // Without a protected header nothing would say what it is.
  if (parts[0].empty()) return refused(failure::header_invalid, "the header is empty");
  return encrypted_message{parts[0], {}, only, parts[2], parts[3], parts[4], std::nullopt};
}

std::expected<encrypted_message, error> read_json_encrypted(std::string_view text, unsigned max_recipients,
                                                            arena& memory) {
  const auto parsed = json::parse<json::value>(text, memory, {.max_depth = max_depth});
  if (!parsed || parsed->type() != json::value::kind::object)
    return refused(failure::json_invalid, "the message is not one JSON object");
  member_reader members(*parsed);
  encrypted_message read;
  read.protected_header = members.filled("protected");
  read.shared_header = members.object("unprotected");
  read.iv = members.required("iv");
  read.ciphertext = members.required("ciphertext");
  read.tag = members.required("tag");
  read.additional_data = members.text("aad");
  const std::span<encrypted_key_part> only = memory.make_array<encrypted_key_part>(1);
  only[0] = read_recipient(members);
  read.recipients = only;
  if (!members.right() || members.has("payload"))
    return refused(failure::malformed, "a member of the message is missing or of another type");
  if (!members.has("recipients")) return read;
  if (members.has("header") || members.has("encrypted_key"))
    return refused(failure::malformed, "a message that is flattened and general");
  const auto recipients = read_recipients(*parsed, max_recipients, memory);
  if (!recipients) return std::unexpected(recipients.error());
  read.recipients = *recipients;
  return read;
}

}  // namespace candela::jose::detail
