#include "middleware/detail/origin_list.hpp"

#include <algorithm>
#include <candela/core/text.hpp>

namespace candela::middleware::detail {

namespace {

constexpr bool is_host_byte(char byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == '.';
}

bool is_scheme(std::string_view text) noexcept {
  const auto allowed = [](char byte) { return is_host_byte(byte) || byte == '+'; };
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' && std::ranges::all_of(text, allowed);
}

// One or more labels, none of them empty.
bool is_host(std::string_view text) noexcept {
  return !text.empty() && text.front() != '.' && text.back() != '.' && text.find("..") == std::string_view::npos &&
         std::ranges::all_of(text, is_host_byte);
}

bool is_bracketed_address(std::string_view text) noexcept {
  const auto inside = [](char byte) { return byte == ':' || byte == '.' || is_host_byte(byte); };
  return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
         std::ranges::all_of(text.substr(1, text.size() - 2), inside);
}

bool is_port(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 5 &&
         std::ranges::all_of(text, [](char byte) { return byte >= '0' && byte <= '9'; });
}

// Takes the port off; false when what looks like one is none.
bool split_port(std::string_view& host) noexcept {
  const std::size_t colon = host.find(':', host.starts_with('[') ? std::min(host.find(']'), host.size()) : 0);
  if (colon == std::string_view::npos) return true;
  const std::string_view port = host.substr(colon + 1);
  host = host.substr(0, colon);
  return is_port(port);
}

}  // namespace

std::string_view origin_list::add(std::string_view text) {
  if (text == "*") {
    any_ = true;
    return {};
  }
  std::string origin(text);
  std::ranges::transform(origin, origin.begin(), ascii_lower);
  const std::size_t scheme_end = origin.find("://");
  if (scheme_end == std::string::npos || !is_scheme(std::string_view(origin).substr(0, scheme_end))) {
    return "an origin begins with its scheme, as https://example.org does";
  }
  const std::string_view authority = std::string_view(origin).substr(scheme_end + 3);
  const bool below = authority.starts_with("*.");
  std::string_view host = below ? authority.substr(2) : authority;
  if (!split_port(host) || !(is_host(host) || (!below && is_bracketed_address(host)))) {
    return "an origin is a scheme, a host and perhaps a port, with nothing behind; a star stands for its first labels";
  }
  if (!below) {
    exact_.push_back(std::move(origin));
    return {};
  }
  if (host.find('.') == std::string_view::npos) return "a star below a top-level domain would allow strangers";
  below_.push_back({origin.substr(0, scheme_end + 3), std::string(authority.substr(1))});
  return {};
}

bool origin_list::allows(std::string_view origin) const noexcept {
  if (any_ || std::ranges::find(exact_, origin) != exact_.end()) return true;
  return std::ranges::any_of(below_, [&](const pattern& each) {
    if (origin.size() <= each.scheme.size() + each.domain.size()) return false;
    if (!origin.starts_with(each.scheme) || !origin.ends_with(each.domain)) return false;
    return is_host(origin.substr(each.scheme.size(), origin.size() - each.scheme.size() - each.domain.size()));
  });
}

}  // namespace candela::middleware::detail
