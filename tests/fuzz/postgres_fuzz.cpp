// What a PostgreSQL server says, to a connection of ours with every kind of query under way: it may be anything, cut
// anywhere, and every query ends nevertheless.
//
// The first byte says whether reads share a Sync, the second in what pieces the rest comes.
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <candela/core/manual_clock.hpp>
#include <candela/core/scope.hpp>
#include <candela/db/postgres/detail/answers.hpp>
#include <candela/db/postgres/detail/wire_link.hpp>
#include <candela/db/queries.hpp>
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
  void cancel_on_server(net::loop&) override {}

 private:
  int descriptor_;
};

struct fuzz_host final : db::postgres::link_host {
  using link_host::link_host;
  void on_link_lost(db::postgres::link&, const db::error&) override {}
  void on_link_abandoned(db::postgres::link& left) override { left.close(db::error(db::errc::cancelled)); }
  void publish() noexcept override {}
};

/// One connection and what is asked over it.
class conversation final : public db::channel, public db::queries {
 public:
  conversation(net::worker& worker, const db::settings& settings)
      : queries(*this, memory_here_, {}, std::chrono::steady_clock::time_point::max()),
        worker_(worker),
        host_(worker, settings, nullptr) {
    int ends[2];
    require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
    server_ = ends[0];
    link_ = std::make_shared<db::postgres::wire_link>(host_, std::make_unique<fuzz_channel>(ends[1]));
  }

  bool submit(db::operation& asked) override {
    if (link_->is_open()) return link_->send(asked);
    asked.fail(db::error(db::errc::connection_lost));
    return false;
  }
  void detach(db::operation& asked) noexcept override { link_->detach(asked); }

  task<void> ask() {
    static_cast<void>(co_await query_as<everything>(all_types));
    static_cast<void>(co_await query_one<int>(by_id, 5));
  }
  task<void> ask_many() {
    const std::vector<int> ids(3, 7);
    static_cast<void>(co_await query_each<std::optional<std::string>>(by_id, ids));
    static_cast<void>(co_await execute(change, 1, std::string_view("text")));
    const auto rows = co_await query(all_types);
    if (!rows) co_return;
    for (const db::row row : *rows) static_cast<void>(row.as<std::tuple<int, std::string>>());
  }

  void hear(std::string_view said, std::size_t piece) {
    scope tasks;
    tasks.spawn(ask());
    tasks.spawn(ask_many());
    worker_.loop().turn();
    while (!said.empty() && link_->is_open()) {
      const ssize_t sent = ::send(server_, said.data(), std::min(said.size(), piece), MSG_NOSIGNAL);
      if (sent > 0) said.remove_prefix(static_cast<std::size_t>(sent));
      worker_.loop().turn();
    }
    ::close(server_);
    worker_.loop().turn();
    worker_.loop().turn();
    // Whatever it was told: nobody waits for a connection that has ended.
    require(!link_->is_open());
    require(tasks.empty());
    require(host_.in_flight == 0);
  }

 private:
  net::worker& worker_;
  arena memory_here_;
  fuzz_host host_;
  std::shared_ptr<db::postgres::link> link_;
  int server_ = -1;
};

void read_alone(std::string_view body) {
  using namespace db::postgres;
  static_cast<void>(read_report(body));
  static_cast<void>(read_columns(body));
  static_cast<void>(read_parameter_types(body));
  static_cast<void>(read_affected(body));
  static_cast<void>(read_parameter_status(body));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  static manual_clock time;
  static net::worker worker(0, &time);
  const std::string_view said(reinterpret_cast<const char*>(data) + 2, size - 2);
  read_alone(said);
  db::settings settings;
  settings.max_message_bytes = 1 << 20;
  settings.batch = (data[0] & 1) != 0 ? db::sharing::reads : db::sharing::none;
  conversation talk(worker, settings);
  talk.hear(said, data[1] == 0 ? std::size_t{65536} : std::size_t{data[1]});
  return 0;
}
