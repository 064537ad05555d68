#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <candela/net/resolver.hpp>
#include <memory>
#include <string_view>
#include <utility>

namespace candela::net {

namespace {

using found_addresses = std::expected<std::vector<address>, error>;

// RFC 1035, section 2.3.4, as text without the root's dot.
constexpr std::size_t longest_name = 253;

bool is_name(std::string_view host) {
  // "*" stands for every address of this machine, for getaddrinfo too; nobody can be reached there.
  if (host.empty() || host == "*") return false;
  return host.size() <= longest_name && host.find('\0') == std::string_view::npos;
}

error error_of(int code, int number, const std::string& host) {
  if (code == EAI_SYSTEM) return system_error(number, host);
  std::string text = host + ": " + gai_strerror(code);
  switch (code) {
    case EAI_NONAME:
    case EAI_NODATA: return {errc::not_found, std::move(text)};
    case EAI_MEMORY: return {errc::out_of_resources, std::move(text)};
    default: return {errc::unavailable, std::move(text)};
  }
}

found_addresses ask_system(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* first = nullptr;
  const std::string service = std::to_string(port);
  const int code = ::getaddrinfo(host.c_str(), service.c_str(), &hints, &first);
  if (code != 0) return std::unexpected(error_of(code, errno, host));
  const std::unique_ptr<addrinfo, decltype([](addrinfo* list) { ::freeaddrinfo(list); })> owned(first);
  std::vector<address> found;
  for (const addrinfo* entry = first; entry != nullptr; entry = entry->ai_next) {
    if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
    const address one = address::from_native(entry->ai_addr);
    if (std::ranges::find(found, one) == found.end()) found.push_back(one);
  }
  if (found.empty()) return std::unexpected(error(errc::not_found, host + ": it has no internet address"));
  return found;
}

}  // namespace

found_addresses resolve_now(const std::string& host, std::uint16_t port) {
  if (!is_name(host)) return std::unexpected(error(errc::invalid, "not a host name"));
  const auto numeric = address::parse(host, port);
  if (numeric) return found_addresses(std::in_place, 1, *numeric);
  return ask_system(host, port);
}

task<found_addresses> resolve(lane& names, loop& home, std::string host, std::uint16_t port, cancel_token token) {
  if (!is_name(host)) co_return std::unexpected(error(errc::invalid, "not a host name"));
  const auto numeric = address::parse(host, port);
  if (numeric) co_return found_addresses(std::in_place, 1, *numeric);
  auto ask = [host = std::move(host), port] { return ask_system(host, port); };
  co_return co_await names.run(home, std::move(ask), token);
}

}  // namespace candela::net
