// candela jwt inspect: what a token says by its own word. No key is taken, so that nothing here looks like a check.
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/members.hpp>
#include <candela/command/detail/moments.hpp>
#include <candela/command/detail/refusal.hpp>
#include <candela/command/detail/token_actions.hpp>
#include <candela/command/detail/token_parts.hpp>
#include <candela/jose/header.hpp>
#include <candela/json/reader.hpp>
#include <optional>
#include <string>
#include <vector>

namespace candela::command {

namespace {

constexpr std::size_t signed_parts = 3;
constexpr std::size_t encrypted_parts = 5;
constexpr unsigned max_nesting = 8;

// The times among the claims, in words.
void write_dates(const json::value& claims, std::string& out) {
  for (const char* name : {"iat", "nbf", "exp"}) {
    const json::value* found = claims.find(name);
    const auto seconds = found != nullptr ? found->number() : std::nullopt;
    if (!seconds || *seconds < 0 || *seconds > 1e11) continue;
    const jose::token_time moment(std::chrono::milliseconds(static_cast<std::int64_t>(*seconds * 1000)));
    out.append(name).append(": ").append(moment_text(moment, present())).append("\n");
  }
}

class inspection {
 public:
  void token(std::string_view text, unsigned depth) {
    const std::vector<std::string_view> parts = parts_of(text);
    if (parts.size() != signed_parts && parts.size() != encrypted_parts)
      refuse({jose::failure::malformed, "a token has three parts, or five where it is encrypted"});
    const json::value header = part("header", parts[0]).value_or(json::value());
    if (parts.size() == encrypted_parts) {
      out_ += "The claims are encrypted: candela jose decrypt opens them with the key.\n";
      return;
    }
    const json::value* content = header.find("cty");
    const auto type = content != nullptr ? content->string() : std::nullopt;
    const auto inner = decoded(parts[1], memory_);
    if (type && inner && jose::same_media_type(*type, "JWT") && depth != max_nesting) {
      out_ += "A token stands inside of it:\n";
      return token(*inner, depth + 1);
    }
    if (const auto claims = part("claims", parts[1])) write_dates(*claims, out_);
    if (parts[2].empty()) out_ += "It has no signature at all.\n";
  }
  [[nodiscard]] const std::string& text() const noexcept { return out_; }

 private:
  std::optional<json::value> part(const char* name, std::string_view encoded) {
    out_.append(name).append(": ");
    const auto text = decoded(encoded, memory_);
    if (!text) {
      out_ += "not in base64url\n";
      return std::nullopt;
    }
    const auto read = json::parse<json::value>(*text, memory_);
    out_.append(read ? indented(*read) : "not JSON: " + read.error().message()).append("\n");
    if (!read) return std::nullopt;
    return *read;
  }

  std::string out_ = "UNVERIFIED: anybody can have written this; no signature was checked.\n";
  arena memory_;
};

}  // namespace

int inspect_token(arguments given) {
  argument_list takes("candela jwt inspect",
                      "Shows what a token says by its own word. Nothing is checked: see candela jwt verify.");
  std::string file;
  takes.optional_word("FILE", file, "the token; otherwise the standard input");
  if (const auto ended = takes.read(given)) return *ended;
  input_files from;
  const jose::secret_bytes token = from.read_line(file);
  inspection shown;
  about(file, token, [&] { shown.token(token.text(), 0); });
  write_output(shown.text());
  return success;
}

}  // namespace candela::command
