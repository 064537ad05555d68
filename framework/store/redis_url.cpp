#include <candela/store/redis_url.hpp>

#include <charconv>

namespace candela::store {

namespace {

constexpr unsigned most_databases = 65'536;
constexpr const char* wrong_database = "its database is no number from 0 to 65535";
constexpr const char* forms = "; a Redis server is named as redis://HOST[:PORT][/DATABASE] or unix:/PATH[?db=DATABASE]";

template <class Number>
bool read_number(std::string_view text, Number& into) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), into);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

using parsed = std::expected<redis_url, const char*>;

bool read_database(std::string_view text, unsigned& into) { return read_number(text, into) && into < most_databases; }

parsed parse_path(std::string_view rest) {
  redis_url made;
  const std::size_t query = rest.find('?');
  made.path = rest.substr(0, query);
  if (made.path.empty() || made.path.front() != '/') return std::unexpected("the path of a Unix socket is absolute");
  if (query == std::string_view::npos) return made;
  const std::string_view choice = rest.substr(query + 1);
  if (!choice.starts_with("db=")) return std::unexpected("behind the path of a Unix socket stands nothing but ?db=");
  if (!read_database(choice.substr(3), made.database)) return std::unexpected(wrong_database);
  return made;
}

// "HOST", "HOST:PORT", "[ADDRESS]:PORT".
parsed parse_authority(std::string_view text) {
  redis_url made;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::unexpected("the bracket of its IPv6 address is not closed");
    made.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const std::size_t colon = text.find(':');
    made.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (made.host.empty()) return std::unexpected("it names no host");
  const bool is_right =
      port.empty() || (port.front() == ':' && read_number(port.substr(1), made.port) && made.port != 0);
  if (!is_right) return std::unexpected("its port is no number from 1 to 65535");
  return made;
}

parsed parse_any(std::string_view text) {
  if (text.starts_with("unix:")) return parse_path(text.substr(5));
  if (text.starts_with("rediss:")) return std::unexpected("Redis over TLS is not offered; a local proxy can add it");
  if (!text.starts_with("redis://")) return std::unexpected("it begins with neither redis:// nor unix:");
  text.remove_prefix(8);
  const std::size_t slash = text.find('/');
  const std::string_view authority = text.substr(0, slash);
  if (authority.find('@') != std::string_view::npos) {
    return std::unexpected("user and password have settings of their own (user, password, password_file)");
  }
  parsed made = parse_authority(authority);
  const std::string_view database = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
  if (made && !database.empty() && !read_database(database, made->database)) return std::unexpected(wrong_database);
  return made;
}

}  // namespace

std::expected<redis_url, std::string> redis_url::parse(std::string_view text) {
  parsed made = parse_any(text);
  if (made) return std::move(*made);
  return std::unexpected(std::string(made.error()).append(forms));
}

}  // namespace candela::store
