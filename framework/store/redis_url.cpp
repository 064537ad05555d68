#include <candela/store/redis_url.hpp>

#include <charconv>

namespace candela::store {

namespace {

constexpr unsigned most_databases = 65'536;

template <class Number>
bool read_number(std::string_view text, Number& into) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), into);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

std::expected<redis_url, std::string> parse_path(std::string_view rest) {
  redis_url made;
  const std::size_t query = rest.find('?');
  made.path = rest.substr(0, query);
  if (made.path.empty() || made.path.front() != '/') return std::unexpected("a Unix socket has an absolute path");
  if (query == std::string_view::npos) return made;
  const std::string_view choice = rest.substr(query + 1);
  if (!choice.starts_with("db=") || !read_number(choice.substr(3), made.database) || made.database >= most_databases) {
    return std::unexpected("behind a Unix socket stands nothing but ?db=NUMBER");
  }
  return made;
}

// "HOST", "HOST:PORT", "[ADDRESS]:PORT".
bool read_authority(std::string_view text, redis_url& into) {
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    into.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else {
    const std::size_t colon = text.find(':');
    into.host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon);
  }
  if (into.host.empty()) return false;
  return port.empty() || (port.front() == ':' && read_number(port.substr(1), into.port) && into.port != 0);
}

}  // namespace

std::expected<redis_url, std::string> redis_url::parse(std::string_view text) {
  if (text.starts_with("unix:")) return parse_path(text.substr(5));
  if (text.starts_with("rediss:")) return std::unexpected("Redis over TLS is not offered; a local proxy can add it");
  if (!text.starts_with("redis://")) return std::unexpected("it is none of redis://HOST:PORT/DB and unix:PATH?db=DB");
  text.remove_prefix(8);
  const std::size_t slash = text.find('/');
  const std::string_view authority = text.substr(0, slash);
  if (authority.find('@') != std::string_view::npos) {
    return std::unexpected("user and password stand in settings of their own, not in the URL");
  }
  redis_url made;
  if (!read_authority(authority, made)) return std::unexpected("it has no host, or its port is none");
  const std::string_view database = slash == std::string_view::npos ? std::string_view() : text.substr(slash + 1);
  if (!database.empty() && (!read_number(database, made.database) || made.database >= most_databases)) {
    return std::unexpected("its database is a number");
  }
  return made;
}

}  // namespace candela::store
