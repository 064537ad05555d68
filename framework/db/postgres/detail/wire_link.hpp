// A connection over which we speak protocol version 3 ourselves.
#pragma once

#include <candela/db/postgres/detail/answers.hpp>
#include <candela/db/postgres/detail/link.hpp>
#include <candela/db/postgres/detail/message_reader.hpp>
#include <candela/db/postgres/detail/send_buffer.hpp>
#include <candela/db/postgres/detail/wire_channel.hpp>
#include <candela/net/socket_watch.hpp>
#include <candela/net/worker.hpp>
#include <memory>
#include <optional>
#include <vector>

namespace candela::db::postgres {

/// Whatever is asked in one turn of the loop leaves in one write. Every query has its own Sync, unless settings let
/// read-only ones share it: then they also gather over turns while the server has enough to do, since a Sync costs it
/// as much as an answer.
class wire_link final : public link, net::flushable {
 public:
  /// Takes over a connection that is authenticated and idle.
  wire_link(link_host& host, std::unique_ptr<wire_channel> channel);
  ~wire_link() override;

  [[nodiscard]] std::size_t unsent_bytes() const noexcept override { return out_.unsent().size(); }
  void cancel_on_server() override { channel_->cancel_on_server(); }

 private:
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
  void rewatch() noexcept;
  void mark() noexcept { host_.worker.mark_dirty(*this, net::flush_order::databases); }
  void close_batch();
  void read();
  /// Takes the messages at hand, unless their reader has enough. False when the connection has ended.
  bool take_messages();
  /// False when the connection has ended.
  [[nodiscard]] bool take(const message& came);
  void hear_on();
  void lost(const error& why) noexcept { close(why); }
  /// Whether the server was asked anything: those at the end that have no Sync yet have not left.
  [[nodiscard]] bool awaits_answer() const noexcept { return slots_.size() > batch_; }
  /// Whether the reads at the end stay here for now: the server is busy, and nothing else is to be sent.
  [[nodiscard]] bool gathers() const noexcept {
    return batch_ != 0 && syncs_ >= enough_under_way && out_.unsent().size() == batch_bytes_;
  }
  void broken(std::string_view what);

  // Messages by their kinds.
  void on_row(std::string_view body);
  void on_complete(std::string_view body);
  void on_error(std::string_view body);
  void on_ready_for_query(std::string_view body);
  void on_columns(std::string_view body);
  void on_no_columns();
  void on_parameters(std::string_view body);
  void on_suspended();
  void on_copy_data(std::string_view body);
  void on_copy_end();
  void on_parameter_status(std::string_view body);
  void on_notification(std::string_view body);
  void settle(const description* columns);
  void end_failed_batch();

  static constexpr std::size_t most_in_batch = 1024;
  // One batch that the server works on, and one that it goes on with while our next one is on its way.
  static constexpr std::size_t enough_under_way = 2;

  std::unique_ptr<wire_channel> channel_;
  std::optional<net::socket_watch> watch_;
  message_reader reader_;
  send_buffer out_;
  std::vector<cell> cells_;
  std::size_t batch_ = 0;        // read-only queries at the end of the queue that have no Sync yet
  std::size_t batch_bytes_ = 0;  // and theirs in `out_`
  std::size_t syncs_ = 0;        // whose ReadyForQuery is still to come
  bool want_write_ = false;      // the socket was full
  bool failed_ = false;          // the query at the front; everything up to the next Sync was left out
  bool repeat_ = false;          // and it shall be sent again
  bool sync_due_ = false;        // a stream under way has no Sync yet
  bool copy_sent_ = false;       // bytes of a COPY: who gave them is told when the connection has taken them
  bool copy_came_ = false;       // bytes of a COPY, for who waits
  bool hears_on_ = false;        // who reads a COPY wants more
};

}  // namespace candela::db::postgres
