// What a PostgreSQL server says, to a connection of ours with every kind of query under way: it may be anything, cut
// anywhere, and every query ends nevertheless.
//
// The first byte chooses who asks and what becomes of them meanwhile, the second in what pieces the rest comes.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <candela/core/cancellation.hpp>
#include <candela/core/manual_clock.hpp>
#include <candela/core/scope.hpp>
#include <candela/db/database.hpp>
#include <candela/db/postgres/detail/answers.hpp>
#include <candela/db/postgres/detail/wire_link.hpp>
#include <cstdlib>
#include <tuple>
#include <vector>

namespace {

using namespace candela;
using db::postgres::io_outcome;

void require(bool condition) {
  if (!condition) std::abort();
}

enum class colour { red, green };
CANDELA_DESCRIBE_ENUM(colour, red, green)

struct everything {
  std::optional<int> number;
  std::optional<std::string> text;
  std::optional<std::vector<std::optional<double>>> list;
  std::optional<db::timestamp> time;
  std::optional<db::uuid> id;
  std::optional<db::json_text> document;
  std::optional<std::span<const std::byte>> bytes;
  std::optional<bool> flag;
  std::optional<colour> shade;
};
CANDELA_DESCRIBE(everything, number, text, list, time, id, document, bytes, flag, shade)

constexpr db::statement all_types{"SELECT everything", db::read_only};
constexpr db::statement by_id{"SELECT one FROM t WHERE id = $1", db::read_only};
constexpr db::statement change{"UPDATE t SET a = $1, b = $2"};
constexpr db::statement begin{"BEGIN"};
constexpr db::statement items_in{"COPY item FROM STDIN"};
constexpr db::statement items_out{"COPY item TO STDOUT"};

// Reads from a socket pair; what we write goes nowhere.
class fuzz_channel final : public db::postgres::wire_channel {
 public:
  explicit fuzz_channel(int descriptor) : descriptor_(descriptor) {}
  ~fuzz_channel() override { finish(); }
  int descriptor() const noexcept override { return descriptor_; }
  io_outcome read(std::span<char> space) override {
    const ssize_t got = ::recv(descriptor_, space.data(), space.size(), 0);
    if (got > 0) return {io_outcome::kind::done, static_cast<std::size_t>(got)};
    return {got < 0 ? io_outcome::kind::later : io_outcome::kind::failed, 0};
  }
  io_outcome write(std::string_view bytes) override { return {io_outcome::kind::done, bytes.size()}; }
  bool has_pending() const noexcept override { return false; }
  void finish() noexcept override {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  void cancel_on_server() override {}

 private:
  int descriptor_;
};

/// Waits for a notification; told of one, or of the connection's end.
struct fuzz_listener final : db::notification_request {
  explicit fuzz_listener(db::session& to) {
    on_done = [](notification_request& self) noexcept { static_cast<fuzz_listener&>(self).pending = false; };
    pending = to.await_notification(*this);
  }
  bool pending = false;
};

struct fuzz_host final : db::postgres::link_host {
  using link_host::link_host;
  void on_link_lost(db::postgres::link&, const db::error&) override {}
  void on_link_abandoned(db::postgres::link& left) override { left.close(db::error(db::errc::cancelled)); }
  void publish() noexcept override {}
};

/// What the first byte chooses.
struct choices {
  explicit choices(std::uint8_t bits) noexcept
      : batch((bits & 1) != 0),
        session((bits & 2) != 0),
        cancels((bits & 4) != 0),
        waits((bits & 8) != 0),
        listens((bits & 16) != 0),
        copies((bits & 32) != 0) {}

  bool batch;    ///< reads share a Sync
  bool session;  ///< one user at a time: scripts, transactions, streams
  bool cancels;  ///< who asked gives up half-way
  bool waits;    ///< half-way, every deadline passes
  bool listens;  ///< somebody waits for a notification
  bool copies;   ///< a COPY in each direction, and one that is given up
};

/// One connection, as a driver that has no other one.
class single_link final : public db::driver, public db::session {
 public:
  single_link(net::worker& worker, const db::settings& settings, bool exclusive)
      : worker_(worker), host_(worker, settings, nullptr) {
    int ends[2];
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    server_ = ends[0];
    link_ = std::make_shared<db::postgres::wire_link>(host_, std::make_unique<fuzz_channel>(ends[1]));
    if (exclusive) link_->set_exclusive();
  }
  ~single_link() {
    if (server_ >= 0) ::close(server_);
  }

  // db::channel, of both
  bool submit(db::operation& asked) override {
    limit(asked);
    if (link_->is_open()) return link_->send(asked);
    asked.fail(db::error(db::errc::connection_lost));
    return false;
  }
  void detach(db::operation& asked) noexcept override { link_->detach(asked); }

  // db::session
  bool go_on(db::operation& stream) override {
    limit(stream);
    if (link_->is_open()) return link_->go_on(stream);
    stream.fail(db::error(db::errc::connection_lost));
    return false;
  }
  void give_up(db::operation& copy) noexcept override { link_->give_up(copy); }
  bool usable() const noexcept override { return link_->is_open(); }
  bool transaction_failed() const noexcept override { return link_->transaction_failed(); }

  bool await_notification(db::notification_request& wish) override { return link_->await_notification(wish); }
  void withdraw(db::notification_request& wish) noexcept override { link_->withdraw(wish); }

  // db::driver
  net::worker& worker() noexcept override { return worker_; }
  db::dialect dialect() const noexcept override { return db::dialect::postgres; }
  db::driver_usage usage() const noexcept override { return {}; }
  std::uint32_t stream_rows() const noexcept override { return 2; }
  bool acquire(db::session_request& wish) override {
    wish.granted = this;
    return false;
  }
  void withdraw(db::session_request&) noexcept override {}
  void release(db::session&, bool) noexcept override {
    if (link_->is_suspended()) link_->end_stream();
  }
  const db::statement& begin_statement(const db::transaction_options&) const noexcept override { return begin; }
  void close() noexcept override {}

  void say(std::string_view said, std::size_t piece) {
    while (!said.empty() && link_->is_open()) {
      const ssize_t sent = ::send(server_, said.data(), std::min(said.size(), piece), MSG_NOSIGNAL);
      if (sent > 0) said.remove_prefix(static_cast<std::size_t>(sent));
      worker_.loop().turn();
    }
  }
  void die() {
    ::close(std::exchange(server_, -1));
    worker_.loop().turn();
    worker_.loop().turn();
  }
  bool has_ended() const noexcept { return !link_->is_open() && host_.in_flight == 0; }

 private:
  void limit(db::operation& asked) const noexcept {
    asked.submitted_at = worker_.time().steady();
    asked.deadline = std::min(asked.deadline, asked.submitted_at + host_.options.query_timeout);
  }

  net::worker& worker_;
  fuzz_host host_;
  std::shared_ptr<db::postgres::link> link_;
  int server_ = -1;
};

task<void> ask(db::database data) {
  static_cast<void>(co_await data.query_as<everything>(all_types));
  static_cast<void>(co_await data.query_one<int>(by_id, 5));
}

task<void> ask_many(db::database data) {
  const std::vector<int> ids(3, 7);
  static_cast<void>(co_await data.query_each<std::optional<std::string>>(by_id, ids));
  static_cast<void>(co_await data.execute(change, 1, std::string_view("text")));
  const auto rows = co_await data.query(all_types);
  if (!rows) co_return;
  for (const db::row row : *rows) static_cast<void>(row.as<std::tuple<int, std::string>>());
}

task<void> read_stream(db::database data) {
  auto rows = co_await data.stream(all_types);
  if (!rows) co_return;
  for (int most = 20; most != 0; --most) {
    const auto next = co_await rows->next();
    if (!next || !*next) co_return;
    static_cast<void>((*next)->as<everything>());
  }
}

task<void> use_session(db::database data) {
  {
    auto own = co_await data.session();
    static_cast<void>(co_await own->script("SET a = 1; SELECT 2"));
    static_cast<void>(co_await own->query_one<int>(by_id, 5));
  }
  co_await read_stream(data);
  const auto work = [](db::transaction& open) -> task<std::expected<std::uint64_t, db::error>> {
    co_return co_await open.execute(change, 1, std::string_view("text"));
  };
  db::transaction_options options;
  options.retries = 1;
  static_cast<void>(co_await data.transaction(work, options));
}

task<void> read_copy(db::dedicated& own) {
  auto copy = co_await own.copy_out(items_out);
  if (!copy) co_return;
  for (int most = 20; most != 0; --most) {
    const auto next = co_await copy->next_row();
    if (!next || !*next) co_return;
  }
}

task<void> write_copy(db::dedicated& own, bool finishes) {
  auto copy = co_await own.copy_in(items_in);
  if (!copy) co_return;
  static_cast<void>(co_await copy->write_row(1, std::string_view("text")));
  static_cast<void>(co_await copy->write(std::string(100'000, 'x')));
  if (finishes) static_cast<void>(co_await copy->finish());
}

task<void> use_copies(db::database data) {
  auto own = co_await data.session();
  co_await write_copy(*own, true);
  co_await write_copy(*own, false);
  static_cast<void>(co_await own->query_one<int>(by_id, 5));
  co_await read_copy(*own);
}

// Whatever a connection is told: nobody waits for it any more when it has ended.
void converse(manual_clock& time, net::worker& worker, const choices& chosen, std::string_view said,
              std::size_t piece) {
  db::settings settings;
  settings.max_message_bytes = 1 << 20;
  settings.batch = chosen.batch ? db::sharing::reads : db::sharing::none;
  arena memory;
  single_link link(worker, settings, chosen.session || chosen.listens || chosen.copies);
  std::optional<fuzz_listener> listener;
  if (chosen.listens) listener.emplace(link);
  cancel_source source;
  scope tasks;
  const db::database data(link, memory, source.token());
  if (chosen.copies) {
    tasks.spawn(use_copies(data));
  } else if (chosen.session) {
    tasks.spawn(use_session(data));
  } else {
    tasks.spawn(ask(data));
    tasks.spawn(ask_many(data));
  }
  worker.loop().turn();
  link.say(said.substr(0, said.size() / 2), piece);
  if (chosen.cancels) source.cancel();
  if (chosen.waits) {
    time.advance(settings.query_timeout);
    worker.loop().fire_timers();
  }
  link.say(said.substr(said.size() / 2), piece);
  link.die();
  require(tasks.empty());
  require(!listener || !listener->pending);
  require(link.has_ended());
}

void read_alone(std::string_view body) {
  using namespace db::postgres;
  static_cast<void>(read_report(body));
  static_cast<void>(read_columns(body));
  static_cast<void>(read_parameter_types(body));
  static_cast<void>(read_affected(body));
  static_cast<void>(read_parameter_status(body));
  static_cast<void>(read_notification(body));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static manual_clock time;
  static net::worker worker(0, &time);
  const std::string_view said(reinterpret_cast<const char*>(data) + 2, size - 2);
  read_alone(said);
  converse(time, worker, choices(data[0]), said, data[1] == 0 ? std::size_t{65536} : std::size_t{data[1]});
  return 0;
}
