#include <algorithm>
#include <candela/core/text.hpp>
#include <candela/http/field_text.hpp>

#include "middleware/detail/credential.hpp"

namespace candela::middleware::detail {

namespace {

// Makes `found` of another value beside what was found before.
void add(credential& found, std::string_view value) noexcept {
  if (found.found != credential_found::none) {
    found.found = credential_found::ambiguous;
  } else {
    found = {credential_found::one, value};
  }
}

}  // namespace

credential_place::credential_place(config::reader& options, std::string_view scheme) : scheme_(scheme) {
  const config::node from = options.get("from");
  if (from.is_null()) return;
  if (from.kind() == config::node_kind::scalar) {
    if (!equal_ignoring_case(from.as_string(), "authorization"))
      from.unexpected("Authorization, or a map with header or cookie");
    return;
  }
  config::reader place = options.section("from");
  if (place.has("header") == place.has("cookie")) from.unexpected("either header or cookie");
  const config::node name = place.get(place.has("header") ? "header" : "cookie");
  if (!http::is_token(name.as_string())) name.unexpected("a name");
  if (place.has("header")) {
    if (http::token_of(name.as_string()) == http::header::authorization)
      name.fail("the field Authorization has a scheme: from: Authorization");
    set_field(name.as_string());
  } else {
    kind_ = kind::cookie;
    name_ = name.as_string();
  }
}

credential_place credential_place::field(std::string_view name) {
  credential_place made("");
  made.set_field(name);
  return made;
}

void credential_place::set_field(std::string_view name) {
  kind_ = kind::field;
  token_ = http::token_of(name);
  name_ = name;
  std::ranges::transform(name_, name_.begin(), ascii_lower);
}

// Empty for another scheme: whoever checks that one may be satisfied with it.
std::string_view credential_place::without_scheme(std::string_view value) const noexcept {
  const std::size_t end = scheme_.size();
  if (value.size() <= end || value[end] != ' ') return {};
  const std::string_view scheme = value.substr(0, end);
  if (scheme != scheme_ && !equal_ignoring_case(scheme, scheme_)) return {};
  // There are none at its end: those are no part of a field's value.
  value.remove_prefix(end + 1);
  while (value.starts_with(' ')) value.remove_prefix(1);
  return value;
}

credential credential_place::find_cookie(const http::headers& fields) const noexcept {
  credential found;
  for (const http::header_field& field : fields) {
    if (field.token != http::header::cookie) continue;
    for (std::string_view left = field.value; !left.empty();) {
      const std::size_t end = std::min(left.find(';'), left.size());
      const std::string_view pair = trim(left.substr(0, end));
      left.remove_prefix(std::min(end + 1, left.size()));
      if (pair.size() > name_.size() && pair[name_.size()] == '=' && pair.starts_with(name_))
        add(found, pair.substr(name_.size() + 1));
    }
  }
  return found;
}

credential credential_place::find(const http::headers& fields) const noexcept {
  if (kind_ == kind::cookie) return find_cookie(fields);
  credential found;
  if (token_ != http::header::unknown && !fields.has(token_)) return found;
  for (const http::header_field& field : fields) {
    if (field.token == token_ && (token_ != http::header::unknown || field.name == name_)) add(found, field.value);
  }
  if (kind_ == kind::authorization && found.found == credential_found::one) {
    found.value = without_scheme(found.value);
    if (found.value.empty()) found.found = credential_found::none;
  }
  return found;
}

}  // namespace candela::middleware::detail
