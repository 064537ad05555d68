#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <candela/net/address.hpp>
#include <cstddef>
#include <cstring>

namespace candela::net {

std::expected<address, std::string> address::parse(std::string_view host, std::uint16_t port) {
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  address result;
  result.port_ = port;
  if (host == "*") {
    result.v6_ = true;
    return result;
  }
  const std::string text(host);
  // A NUL would end the text for inet_pton, and what follows it would pass unseen.
  const bool whole = text.find('\0') == std::string::npos;
  if (whole && inet_pton(AF_INET, text.c_str(), result.bytes_.data()) == 1) return result;
  in6_addr v6;
  if (whole && inet_pton(AF_INET6, text.c_str(), &v6) == 1) {
    result.set_v6(&v6);
    return result;
  }
  return std::unexpected("\"" + text + "\" is not a numeric IPv4 or IPv6 address");
}

address address::from_native(const void* native) noexcept {
  address result;
  sa_family_t family;
  std::memcpy(&family, static_cast<const char*>(native) + offsetof(sockaddr, sa_family), sizeof family);
  if (family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, native, sizeof v4);
    std::memcpy(result.bytes_.data(), &v4.sin_addr, 4);
    result.port_ = ntohs(v4.sin_port);
  } else if (family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, native, sizeof v6);
    result.port_ = ntohs(v6.sin6_port);
    result.set_v6(&v6.sin6_addr);
  }
  return result;
}

void address::set_v6(const void* native) noexcept {
  static constexpr unsigned char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  const auto* source = static_cast<const unsigned char*>(native);
  v6_ = std::memcmp(source, mapped, sizeof mapped) != 0;
  v6_ ? std::memcpy(bytes_.data(), source, 16) : std::memcpy(bytes_.data(), source + 12, 4);
}

bool address::is_loopback() const noexcept {
  if (!v6_) return bytes_[0] == 127;
  static constexpr std::array<unsigned char, 16> loopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return bytes_ == loopback;
}

std::size_t address::write_host(char* target) const noexcept {
  if (inet_ntop(v6_ ? AF_INET6 : AF_INET, bytes_.data(), target, max_text) == nullptr) return 0;
  return std::strlen(target);
}

std::string address::host() const {
  char text[max_text];
  return {text, write_host(text)};
}

std::string address::to_string() const {
  const std::string port = std::to_string(port_);
  return v6_ ? "[" + host() + "]:" + port : host() + ":" + port;
}

unsigned address::to_native(void* storage) const noexcept {
  if (v6_) {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port_);
    std::memcpy(&v6.sin6_addr, bytes_.data(), 16);
    std::memcpy(storage, &v6, sizeof v6);
    return sizeof v6;
  }
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port_);
  std::memcpy(&v4.sin_addr, bytes_.data(), 4);
  std::memcpy(storage, &v4, sizeof v4);
  return sizeof v4;
}

}  // namespace candela::net
