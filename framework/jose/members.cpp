#include <algorithm>
#include <candela/jose/members.hpp>
#include <candela/json/pointer.hpp>
#include <candela/json/secret_reader.hpp>
#include <cstring>

namespace candela::jose {

namespace {

std::unexpected<error> refused(failure code, std::string_view detail) { return std::unexpected(error{code, detail}); }

std::expected<void, error> check(std::span<const std::string> places) {
  for (std::size_t i = 0; i != places.size(); ++i) {
    if (places[i].empty() || !json::is_pointer(places[i]))
      return refused(failure::claim_invalid, "a place is no JSON Pointer to a member");
    for (const std::string& other : places.first(i)) {
      if (json::pointers_overlap(places[i], other)) return refused(failure::claim_invalid, "a place is inside another");
    }
  }
  return {};
}

// What stands in a document, and what is to stand there.
struct replacement {
  std::string_view old_text;  // a view into the document
  secret_bytes new_text;
};

secret_bytes spliced(std::string_view document, std::vector<replacement>& replaced) {
  std::ranges::sort(replaced, {}, [](const replacement& each) { return each.old_text.data(); });
  std::size_t size = document.size();
  for (const replacement& each : replaced) size = size - each.old_text.size() + each.new_text.size();
  secret_bytes result(size);
  char* out = reinterpret_cast<char*>(result.data());
  const char* rest = document.data();
  for (const replacement& each : replaced) {
    out = std::copy(rest, each.old_text.data(), out);
    out = std::ranges::copy(each.new_text.text(), out).out;
    rest = each.old_text.data() + each.old_text.size();
  }
  std::copy(rest, document.data() + document.size(), out);
  return result;
}

// Gives the new text of a value.
using change = std::function<std::expected<secret_bytes, error>(std::string_view place, std::string_view text,
                                                                const json::value& read)>;

std::expected<secret_bytes, error> changed(std::string_view document, const member_list& which, const change& make) {
  if (auto right = check(which.places); !right) return std::unexpected(right.error());
  const json::secret_reader read(document, {.max_depth = which.max_depth});
  if (read.root() == nullptr) return refused(failure::json_invalid, "the document");
  std::vector<replacement> replaced;
  replaced.reserve(which.places.size());
  for (const std::string& place : which.places) {
    const json::value* found = read.root()->at(place);
    if (found == nullptr && which.required) return refused(failure::claim_missing, "a place is not there");
    if (found == nullptr) continue;
    const std::string_view text = json::text_at(document, *read.root(), place);
    std::expected<secret_bytes, error> made = make(place, text, *found);
    if (!made) return made;
    replaced.push_back({text, std::move(*made)});
  }
  return spliced(document, replaced);
}

// A message as a value: base64url and dots need no escapes between quotes.
secret_bytes value_of(std::string_view message) {
  const std::string_view quote = message.starts_with('{') ? "" : "\"";
  std::string text;
  text.reserve(message.size() + 2);
  text.append(quote).append(message).append(quote);
  return secret_bytes(std::as_bytes(std::span(text)));
}

}  // namespace

std::expected<secret_bytes, error> wrap_members(std::string_view document, const member_list& which,
                                                const member_wrapper& wrap) {
  const auto make = [&wrap](std::string_view place, std::string_view text,
                            const json::value&) -> std::expected<secret_bytes, error> {
    const std::expected<std::string, error> message = wrap(place, text);
    if (!message) return std::unexpected(message.error());
    return value_of(*message);
  };
  return changed(document, which, make);
}

std::expected<secret_bytes, error> unwrap_members(std::string_view document, const member_list& which,
                                                  const member_unwrapper& unwrap) {
  const auto make = [&](std::string_view place, std::string_view text,
                        const json::value& read) -> std::expected<secret_bytes, error> {
    const std::optional<std::string_view> compact = read.string();
    if (!compact && read.type() != json::value::kind::object)
      return refused(failure::malformed, "a member that is no message");
    std::expected<secret_bytes, error> content = unwrap(place, compact.value_or(text));
    if (!content) return content;
    // Anything else could change the document around it.
    if (json::secret_reader(content->text(), {.max_depth = which.max_depth}).root() == nullptr)
      return refused(failure::json_invalid, "the content of a member");
    return content;
  };
  return changed(document, which, make);
}

std::expected<secret_bytes, error> seal_members(std::string_view document, const member_list& which,
                                                const sealing& how) {
  return wrap_members(document, which, [&how](std::string_view place, std::string_view text) {
    sealing own = how;
    own.place = place;
    return seal(text, own);
  });
}

std::expected<opened_members, error> open_members(std::string_view document, const member_list& which,
                                                  const key_set& keys, const opening_rules& rules,
                                                  clock::wall_time now) {
  opened_members result;
  const auto unwrap = [&](std::string_view place, std::string_view message) -> std::expected<secret_bytes, error> {
    arena memory;
    std::expected<unsealed, error> opened = open(message, keys, rules, place, now, memory);
    if (!opened) return std::unexpected(opened.error());
    result.authors.push_back({place, opened->signer, opened->by});
    return std::move(opened->content);
  };
  std::expected<secret_bytes, error> document_text = unwrap_members(document, which, unwrap);
  if (!document_text) return std::unexpected(document_text.error());
  result.document = std::move(*document_text);
  return result;
}

}  // namespace candela::jose
