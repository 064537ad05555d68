// A server of one document on a thread of its own, over http or https, that counts who asks.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

struct ssl_st;

namespace candela::testing {

/// Listens on loopback, on a port that is free. Answers every connection with the same bytes, then closes it unless it
/// was told to leave connections open; it then serves one until the other end closes it, and nobody else meanwhile.
class document_server {
 public:
  /// Over TLS with these files, or without when they are empty.
  explicit document_server(std::string certificate_file = {}, std::string key_file = {});
  document_server(const document_server&) = delete;
  document_server& operator=(const document_server&) = delete;
  ~document_server();

  /// Answers 200 with this document from now on.
  void serve(const std::string& document, const std::string& fields = {});
  /// Answers with these bytes from now on.
  void serve_bytes(std::string answer);
  /// Closes no connection any more that the other end leaves open.
  void leave_open();
  /// From now on says nothing until another answer is set, which whoever waits then gets.
  void hold();

  [[nodiscard]] std::string url(const std::string& path = "/jwks") const;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Connections so far.
  [[nodiscard]] std::uint64_t asked() const noexcept { return asked_.load(); }
  /// The bytes of the last request.
  [[nodiscard]] std::string last_request() const;

 private:
  struct tls;
  void run();
  void serve_connection(int connection);
  bool answer(int connection, ssl_st* session);

  std::unique_ptr<tls> tls_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::uint64_t> asked_{0};
  std::atomic<bool> ended_{false};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string answer_;        // guarded by mutex_
  std::string last_request_;  // guarded by mutex_
  bool holds_ = false;        // guarded by mutex_
  bool leaves_open_ = false;  // guarded by mutex_
  int served_ = -1;           // the connection; guarded by mutex_
  std::thread thread_;
};

}  // namespace candela::testing
