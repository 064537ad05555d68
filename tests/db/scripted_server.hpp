// The server's side of a PostgreSQL connection, byte by byte, and a link of ours at the other end.
#pragma once

#include <doctest/doctest.h>

#include <candela/core/manual_clock.hpp>
#include <candela/core/task.hpp>
#include <candela/db/channel.hpp>
#include <candela/db/postgres/detail/wire_link.hpp>
#include <candela/db/queries.hpp>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace candela::testing {

/// Builds what a server says.
class server_bytes {
 public:
  server_bytes& message(char kind, std::string_view body);
  server_bytes& prepared(std::initializer_list<db::sql_type> parameters,
                         std::initializer_list<std::pair<std::string_view, db::sql_type>> columns);
  server_bytes& bound() { return message('2', {}); }
  /// Integers of four bytes.
  server_bytes& row(std::initializer_list<std::int32_t> values);
  server_bytes& text_row(std::string_view value);
  server_bytes& complete(std::string_view tag);
  server_bytes& ready(char status = 'I') { return message('Z', {&status, 1}); }
  server_bytes& failure(std::string_view sqlstate, std::string_view text, std::string_view severity = "ERROR");
  server_bytes& notice(std::string_view text);

  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

 private:
  std::string bytes_;
};

/// A link on a worker whose clock the test steps, and the other end of its socket.
class scripted_server final : public db::channel, public db::queries {
 public:
  explicit scripted_server(const db::settings& settings = {});
  ~scripted_server();

  // db::channel
  [[nodiscard]] bool submit(db::operation& asked) override;
  void detach(db::operation& asked) noexcept override { link_->detach(asked); }

  void turn() { worker_.loop().turn(); }
  /// Everything that the client has sent and nobody took.
  [[nodiscard]] std::string take();
  /// The kinds of the messages in those bytes, as `PDBES`.
  [[nodiscard]] std::string take_kinds();
  /// Sends and lets the client hear it.
  void say(std::string_view bytes);
  void say(const server_bytes& bytes) { say(bytes.bytes()); }
  /// Sends as much of them as the socket takes, and lets the client hear it: that many bytes.
  std::size_t offer(std::string_view bytes);
  /// Ends the connection as a server does that dies.
  void die();
  void pass(std::chrono::milliseconds time);

  [[nodiscard]] db::postgres::link& link() { return *link_; }
  [[nodiscard]] bool lost() const noexcept { return host_.lost; }

 private:
  struct host final : db::postgres::link_host {
    using link_host::link_host;
    void on_link_lost(db::postgres::link&, const db::error&) override { lost = true; }
    void on_link_abandoned(db::postgres::link& left) override { left.close(db::error(db::errc::cancelled)); }
    void publish() noexcept override {}
    bool lost = false;
  };

  manual_clock time_;
  net::worker worker_{0, &time_};
  candela::arena memory_here_;
  host host_;
  std::shared_ptr<db::postgres::link> link_;
  int descriptor_ = -1;
};

/// Starts a coroutine and keeps it; `done` says whether it has ended.
template <class Type>
class started {
 public:
  explicit started(task<Type> work) : work_(std::move(work)) {
    ended_ = work_.start([](void* flag) noexcept { *static_cast<bool*>(flag) = true; }, &ended_);
  }
  started(const started&) = delete;
  started& operator=(const started&) = delete;

  [[nodiscard]] bool done() const noexcept { return ended_; }
  [[nodiscard]] Type result() {
    REQUIRE(ended_);
    return work_.result();
  }

 private:
  task<Type> work_;
  bool ended_ = false;
};

}  // namespace candela::testing
