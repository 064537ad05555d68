#include "tests/keys/document_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>
#include <utility>

namespace candela::testing {

struct document_server::tls {
  explicit tls(SSL_CTX* made) noexcept : context(made) {}
  tls(const tls&) = delete;
  tls& operator=(const tls&) = delete;
  ~tls() { SSL_CTX_free(context); }
  SSL_CTX* context;
};

document_server::document_server(std::string certificate_file, std::string key_file) {
  std::signal(SIGPIPE, SIG_IGN);
  if (!certificate_file.empty()) {
    tls_ = std::make_unique<tls>(SSL_CTX_new(TLS_server_method()));
    if (SSL_CTX_use_certificate_chain_file(tls_->context, certificate_file.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(tls_->context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
      throw std::runtime_error("the test's certificate cannot be read");
    }
  }
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof where;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&where), size) != 0 || ::listen(listener_, 64) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&where), &size) != 0) {
    throw std::runtime_error("no port to listen on");
  }
  port_ = ntohs(where.sin_port);
  thread_ = std::thread([this] { run(); });
}

document_server::~document_server() {
  ended_ = true;
  serve_bytes({});
  ::shutdown(listener_, SHUT_RDWR);
  {
    const std::lock_guard lock(mutex_);
    if (served_ >= 0) ::shutdown(served_, SHUT_RDWR);
  }
  thread_.join();
  ::close(listener_);
}

void document_server::serve(const std::string& document, const std::string& fields) {
  serve_bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + fields +
              "Content-Length: " + std::to_string(document.size()) + "\r\n\r\n" + document);
}

void document_server::serve_bytes(std::string answer) {
  const std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
  holds_ = false;
  changed_.notify_all();
}

void document_server::hold() {
  const std::lock_guard lock(mutex_);
  holds_ = true;
}

std::string document_server::url(const std::string& path) const {
  return (tls_ != nullptr ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(port_) + path;
}

std::string document_server::last_request() const {
  const std::lock_guard lock(mutex_);
  return last_request_;
}

void document_server::leave_open() {
  const std::lock_guard lock(mutex_);
  leaves_open_ = true;
}

void document_server::run() {
  while (!ended_) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    ++asked_;
    {
      const std::lock_guard lock(mutex_);
      served_ = connection;
    }
    if (!ended_) serve_connection(connection);
    const std::lock_guard lock(mutex_);
    served_ = -1;
    ::close(connection);
  }
}

void document_server::serve_connection(int connection) {
  SSL* session = tls_ != nullptr ? SSL_new(tls_->context) : nullptr;
  if (session != nullptr) {
    SSL_set_fd(session, connection);
    if (SSL_accept(session) != 1) return SSL_free(session);
  }
  while (answer(connection, session)) {
  }
  if (session != nullptr) {
    SSL_shutdown(session);
    SSL_free(session);
  } else {
    ::shutdown(connection, SHUT_WR);
  }
}

// Whether another request may come.
bool document_server::answer(int connection, SSL* session) {
  const auto read = [&](char* to, int size) {
    return session != nullptr ? SSL_read(session, to, size)
                              : static_cast<int>(::recv(connection, to, static_cast<std::size_t>(size), 0));
  };
  std::string request;
  char bytes[4096];
  int got = 1;
  while (request.find("\r\n\r\n") == std::string::npos && (got = read(bytes, sizeof bytes)) > 0)
    request.append(bytes, static_cast<std::size_t>(got));
  const std::size_t length = request.find("Content-Length: ");
  if (length != std::string::npos) {
    const std::size_t whole = request.find("\r\n\r\n") + 4 + std::stoul(request.substr(length + 16));
    while (request.size() < whole && (got = read(bytes, sizeof bytes)) > 0)
      request.append(bytes, static_cast<std::size_t>(got));
  }
  if (got <= 0) return false;
  std::string answer;
  bool goes_on = false;
  {
    std::unique_lock lock(mutex_);
    last_request_ = request;
    changed_.wait(lock, [this] { return !holds_; });
    answer = answer_;
    goes_on = leaves_open_;
  }
  if (session != nullptr) {
    SSL_write(session, answer.data(), static_cast<int>(answer.size()));
  } else {
    static_cast<void>(::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL));
  }
  return goes_on && !ended_;
}

}  // namespace candela::testing
