// A connection over which libpq speaks, in its pipeline mode.
#pragma once

#include <candela/db/postgres/detail/connection.hpp>
#include <candela/db/postgres/detail/link.hpp>
#include <candela/db/postgres/detail/send_buffer.hpp>
#include <candela/db/postgres/detail/server_cancel.hpp>
#include <candela/net/socket_watch.hpp>
#include <candela/net/worker.hpp>
#include <optional>
#include <vector>

namespace candela::db::postgres {

struct result_clearer {
  void operator()(PGresult* result) const noexcept { libpq().clear(result); }
};
using result_ptr = std::unique_ptr<PGresult, result_clearer>;

struct memory_freer {
  void operator()(void* memory) const noexcept { libpq().freemem(memory); }
};
using notification_ptr = std::unique_ptr<PGnotify, memory_freer>;

/// The other choice (`protocol: libpq`): the same statements and the same errors, with libpq's own idea of when to
/// write. Queries never share a Sync here.
class libpq_link final : public link, net::flushable {
 public:
  libpq_link(link_host& host, connection_ptr connection, cancel_thread& canceller);
  ~libpq_link() override;

  [[nodiscard]] std::size_t unsent_bytes() const noexcept override { return unsent_; }
  void cancel_on_server() override { cancel_.send(); }

 private:
  /// Which answers of the query at the front are due; in a COPY, who sends.
  enum class stage : std::uint8_t { prepare, describe, execute, sync, copy_in, copy_out };

  // link
  std::size_t write(operation& asked, std::uint32_t index, std::uint8_t attempts) override;
  void write_script(operation& asked) override;
  void write_continue(operation& stream) override;
  void write_stream_end() override;
  void write_copy(operation& copy) override;
  void write_copy_fail() override;
  void shut() noexcept override;
  // net::flushable
  void flush() override;

  void on_ready(bool readable, bool writable);
  void send_out();
  void read();
  void rewatch() noexcept;
  void mark() noexcept { host_.worker.mark_dirty(*this, net::flush_order::databases); }
  [[nodiscard]] bool encode_all(const operation& asked, std::uint32_t index, const prepared& entry,
                                std::size_t& refused);
  [[nodiscard]] bool send_all(const operation& asked, const prepared& entry, bool parses);
  [[nodiscard]] std::size_t send_query(slot& made);
  void send_script(const slot& made);
  void send_held();
  void add(const slot& made);
  void take_results();
  void take_notifications();
  void take(const PGresult& result);
  void enter_copy(copying way);
  [[nodiscard]] bool take_copy();
  void begin_front() noexcept;
  void end_answer();
  void end_script();
  void end_front();
  void on_description(const PGresult& result);
  void on_rows(const PGresult& result);
  void count_rows(const PGresult& result) noexcept;
  void on_error(const PGresult& result);
  void read_transaction() noexcept;
  [[nodiscard]] error connection_error() const;

  connection_ptr connection_;
  server_cancel cancel_;
  std::optional<net::socket_watch> watch_;
  send_buffer values_;  // encoded parameters of the query at hand
  std::vector<const char*> pointers_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<cell> cells_;
  std::size_t unsent_ = 0;   // bytes of parameters since libpq had sent everything; it does not tell how much it has
  std::uint32_t chunk_ = 0;  // rows of a stream, or messages of a COPY, since it was asked for more
  stage stage_ = stage::prepare;
  bool want_write_ = false;
  bool copy_sent_ = false;  // bytes of a COPY: who gave them is told when the connection has taken them
  bool broken_ = false;     // libpq refused to send: the end of the turn tells everyone
  bool failed_ = false;     // the query at the front
  bool repeat_ = false;     // and it shall be sent again
};

}  // namespace candela::db::postgres
