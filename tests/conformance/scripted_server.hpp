// A server that says what it is told to, for tests of those who judge servers.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace candela::conformance {

/// Answers every request head on one connection after the other: `GET /plaintext` as a good server does, all others
/// with the bytes it was given.
class scripted_server {
 public:
  /// `then_close`: it closes behind the bytes.
  scripted_server(std::string bytes, bool then_close)
      : bytes_(std::move(bytes)), then_close_(then_close), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    listen(listener_, 8);
    socklen_t length = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { accept_all(); });
  }
  ~scripted_server() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    close(listener_);
  }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  void accept_all() {
    std::vector<std::jthread> conversations;
    for (int peer = 0; (peer = accept(listener_, nullptr, nullptr)) >= 0;) {
      conversations.emplace_back([this, peer] { converse(peer); });
    }
  }

  void converse(int peer) const {
    constexpr std::string_view good =
        "HTTP/1.1 200 OK\r\nServer: s\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 13\r\n\r\nHello, "
        "World!";
    std::string input;
    char piece[4096];
    bool open = true;
    while (open) {
      const ssize_t got = recv(peer, piece, sizeof piece, 0);
      if (got <= 0) break;
      input.append(piece, static_cast<std::size_t>(got));
      std::size_t end = 0;
      while (open && (end = input.find("\r\n\r\n")) != std::string::npos) {
        const bool asked_plainly = input.starts_with("GET /plaintext ");
        const std::string_view answer = asked_plainly ? good : std::string_view(bytes_);
        send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
        open = asked_plainly || !then_close_;
        input.erase(0, end + 4);
      }
    }
    close(peer);
  }

  std::string bytes_;
  bool then_close_;
  int listener_;
  std::uint16_t port_ = 0;
  std::jthread acceptor_;
};

}  // namespace candela::conformance
