#include <algorithm>
#include <candela/keys/url.hpp>
#include <candela/net/address.hpp>
#include <charconv>

namespace candela::keys {

namespace {

constexpr std::string_view secure_scheme = "https://";
constexpr std::string_view plain_scheme = "http://";

std::unexpected<std::string> refused(const char* why) { return std::unexpected(std::string(why)); }

bool is_printable(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char each) { return each > ' ' && each <= '~'; });
}

bool is_host(std::string_view text) noexcept {
  return !text.empty() && text.find_first_of("/\\\"<>^`{|}%[]:*") == std::string_view::npos;
}

// Takes the port off the end of `authority`; false when there is something else behind the colon.
bool take_port(std::string_view digits, std::uint16_t& port) noexcept {
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return wrong == std::errc() && end == digits.data() + digits.size() && port != 0;
}

bool split_authority(std::string_view authority, url& to) {
  std::size_t end = authority.find(':');
  if (authority.starts_with('[')) {
    end = authority.find(']');
    if (end == std::string_view::npos) return false;
    to.host = authority.substr(1, end - 1);
    const auto numeric = net::address::parse(to.host, 1);
    if (!numeric || !numeric->is_v6()) return false;
    ++end;
  } else {
    to.host = authority.substr(0, end);
    if (!is_host(to.host)) return false;
  }
  if (end >= authority.size()) return true;
  return authority[end] == ':' && take_port(authority.substr(end + 1), to.port);
}

}  // namespace

std::expected<url, std::string> url::parse(std::string_view text) {
  url made;
  made.text = text;
  made.secure = text.starts_with(secure_scheme);
  if (!made.secure && !text.starts_with(plain_scheme)) return refused("a URL begins with https:// or http://");
  if (!is_printable(text)) return refused("a URL has no spaces and no bytes beyond ASCII");
  if (text.find('#') != std::string_view::npos) return refused("a URL that is fetched has no fragment");
  const std::string_view rest = text.substr(made.secure ? secure_scheme.size() : plain_scheme.size());
  const std::size_t path = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, path);
  if (authority.find('@') != std::string_view::npos) return refused("a URL names no user here");
  made.port = made.secure ? 443 : 80;
  if (!split_authority(authority, made)) return refused("a URL names a host, and perhaps a port, behind its scheme");
  made.authority = authority;
  made.target = rest.substr(path);
  if (!made.target.starts_with('/')) made.target.insert(0, 1, '/');
  return made;
}

bool url::is_loopback() const {
  const auto numeric = net::address::parse(host, port);
  return numeric ? numeric->is_loopback() : host == "localhost";
}

}  // namespace candela::keys
