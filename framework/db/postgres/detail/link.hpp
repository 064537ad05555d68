// One open connection to PostgreSQL as the driver sees it, whoever speaks the protocol over it.
#pragma once

#include <candela/core/log.hpp>
#include <candela/db/detail/driver_metrics.hpp>
#include <candela/db/notification.hpp>
#include <candela/db/operation.hpp>
#include <candela/db/postgres/detail/prepared.hpp>
#include <candela/db/postgres/detail/slot_ring.hpp>
#include <candela/db/settings.hpp>
#include <candela/net/worker.hpp>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>

namespace candela::db::postgres {

class link;

/// What the links of one worker share, and who is told about them.
class link_host {
 public:
  link_host(net::worker& owner, const settings& chosen, metrics::registry* registry)
      : worker(owner), options(chosen), figures(registry, owner.index()) {}

  net::worker& worker;
  const settings options;
  driver_metrics figures;
  description_catalog catalog;
  std::size_t in_flight = 0;  ///< queries that were sent over any link

  /// The connection has ended; `why` is what everybody is told who waits for it, right after this call.
  virtual void on_link_lost(link& lost, const error& why) = 0;
  /// On an exclusive link: a query under way was given up by its owner or its deadline.
  virtual void on_link_abandoned(link& left) = 0;
  /// Numbers of connections or of those who wait have changed.
  virtual void publish() noexcept = 0;

  /// Tells who waits that an operation has ended.
  void finish(operation& ended) noexcept {
    figures.record(ended, worker.time().steady());
    ended.on_done(ended);
  }

 protected:
  ~link_host() = default;
};

/// Keeps the queries under way and their deadlines; derived classes move the bytes. One worker's thread. Held by shared
/// pointers: an event that ends the connection may be told from within its own functions.
class link : public std::enable_shared_from_this<link> {
 public:
  link(const link&) = delete;
  link& operator=(const link&) = delete;
  virtual ~link() = default;

  /// Sends it at the end of the turn. False when it has ended at once, for a parameter that cannot be sent.
  [[nodiscard]] bool send(operation& asked);
  /// Asks a stream for more.
  [[nodiscard]] bool go_on(operation& stream);
  /// Nobody waits for it any more.
  void detach(operation& asked) noexcept;
  /// Ends the connection and fails what is under way. Nothing when it has ended already.
  void close(const error& why) noexcept;

  /// One user at a time: what is given up there ends the link.
  void set_exclusive() noexcept { exclusive_ = true; }
  [[nodiscard]] bool is_open() const noexcept { return open_; }
  /// Nothing is under way and no transaction is open.
  [[nodiscard]] bool is_idle() const noexcept { return open_ && slots_.empty() && transaction_ == 'I'; }
  /// Only a stream or a COPY is under way, that waits for being asked for more.
  [[nodiscard]] bool is_suspended() const noexcept { return open_ && suspended_; }
  /// Only something is under way whose end nobody waits for.
  [[nodiscard]] bool is_unattended() noexcept {
    return open_ && slots_.size() == 1 && slots_.front().asked == nullptr && !suspended_;
  }
  /// Gives up the rest of that stream or COPY.
  void end_stream();
  /// Ends a COPY to the server, whose operation is told no more.
  void give_up(const operation& copy) noexcept;
  [[nodiscard]] bool transaction_failed() const noexcept { return transaction_ == 'E'; }
  [[nodiscard]] std::size_t in_flight() const noexcept { return slots_.size(); }
  /// Gives the oldest notification that nobody has taken, or the next one; see `session`.
  [[nodiscard]] bool await_notification(notification_request& wish);
  void withdraw(const notification_request& wish) noexcept;
  /// The server has forgotten every prepared statement and every channel (DISCARD ALL).
  void forget_session() noexcept {
    statements_.clear();
    heard_.clear();
  }
  /// Bytes of queries that the connection has not taken yet.
  [[nodiscard]] virtual std::size_t unsent_bytes() const noexcept = 0;
  /// Asks the server, on a thread that may block, to stop what this connection does.
  virtual void cancel_on_server() = 0;

 protected:
  explicit link(link_host& host);

  // What derived classes do.

  /// Queues one query of `asked` for sending and pushes its slot; says which parameter is refused (the number of
  /// parameters when none is). Of a refused one, a slot without an operation may be pushed.
  [[nodiscard]] virtual std::size_t write(operation& asked, std::uint32_t index, std::uint8_t attempts) = 0;
  virtual void write_script(operation& asked) = 0;
  virtual void write_continue(operation& stream) = 0;
  virtual void write_stream_end() = 0;
  /// Sends the bytes of a COPY, and calls `suspend_front` when the connection has taken them.
  virtual void write_copy(operation& copy) = 0;
  virtual void write_copy_fail() = 0;
  /// Lets go of the connection; called once.
  virtual void shut() noexcept = 0;

  // What they tell.

  /// A query was queued for sending.
  void push(const slot& added) {
    slots_.push(added);
    ++host_.in_flight;
  }
  /// Does what an event asks for. When it throws, for want of memory, the connection is lost: nobody else would tell
  /// those who wait.
  template <class Work>
  void contain(Work&& work) noexcept {
    try {
      work();
    } catch (const std::exception& thrown) {
      log::error("a connection to the database is given up", log::field("what", thrown.what()));
      close(error(errc::connection_lost));
    }
  }
  /// A notification came. May end the connection.
  void hear(notification told);
  /// Something came.
  void note_progress() noexcept { progress_ = host_.worker.time().steady(); }
  /// The oldest query has ended; its operation ends with its last repetition.
  void finish_front();
  /// The oldest query failed; it still has to end.
  void fail_front(error why);
  /// The stream at the front gave as many rows as were wanted, or the COPY waits for its user.
  void suspend_front();
  /// The server has begun a COPY. One that nobody asked for ends the connection.
  void begin_copy(copying way);
  /// What the server sends is not to be looked at: its reader has enough.
  [[nodiscard]] bool is_reading_held() noexcept { return suspended_ && slots_.front().copy == copying::out; }
  /// Whether the oldest query has failed without having begun, and may be sent once more: the server does not know its
  /// statement, or the statement's rows have changed. Then its next use, whoever's it is, brings the statement along.
  [[nodiscard]] bool may_repeat_front(const server_report& report) noexcept;
  /// Sends the oldest query again, alone, and forgets the slot.
  void repeat_front();
  /// What a fatal error, or one that nobody asked for, means for everybody.
  [[nodiscard]] static error fatal(server_report report);
  void set_transaction(char status) noexcept { transaction_ = status; }
  [[nodiscard]] bool in_transaction() const noexcept { return transaction_ != 'I'; }
  [[nodiscard]] bool is_exclusive() const noexcept { return exclusive_; }
  /// The operation fails, since that parameter of a repetition cannot be sent.
  static void refuse(operation& asked, std::uint32_t index, std::size_t refused);

  link_host& host_;
  slot_ring slots_;
  prepared_table statements_;

 private:
  struct expiry_timer : net::timer {
    expiry_timer(net::timer_wheel& wheel, callback fired, link& belongs_to) noexcept
        : timer(wheel, fired), owner(belongs_to) {}
    link& owner;
  };

  static constexpr std::size_t most_heard = 1000;

  void write_all(operation& asked);
  [[nodiscard]] bool write_one(operation& asked, std::uint32_t index, std::uint8_t attempts);
  void track(const operation& asked);
  void on_expiry();
  void forget(operation& asked, std::uint64_t from) noexcept;
  void release_slot() noexcept;
  [[nodiscard]] std::chrono::steady_clock::time_point silence_limit() const noexcept;

  expiry_timer expiry_;
  std::deque<notification> heard_;  // by nobody yet
  notification_request* listener_ = nullptr;
  std::chrono::steady_clock::time_point progress_{};
  char transaction_ = 'I';
  bool open_ = true;
  bool exclusive_ = false;
  bool suspended_ = false;
  bool copying_ = false;
};

}  // namespace candela::db::postgres
