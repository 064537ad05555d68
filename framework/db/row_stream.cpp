#include <candela/db/row_stream.hpp>

namespace candela::db {

/// The operation of the whole stream; its rows stand in two arenas' worth of one chunk at a time.
struct row_stream::state : operation {
  state(dedicated&& owned, const session_context& context)
      : connection(std::move(owned)), home(context.home), token(context.token), until(context.deadline) {
    on_row = [](operation& self, std::uint32_t, const cell* cells) noexcept { static_cast<state&>(self).keep(cells); };
    on_done = [](operation& self) noexcept {
      auto& stream = static_cast<state&>(self);
      stream.end_chunk();
      stream.waiting.resume();
    };
  }
  ~state() {
    if (pending) connection.session().detach(*this);
  }

  void keep(const cell* cells) noexcept {
    if (failure) return;
    try {
      rows.append(*columns, cells);
    } catch (...) {
      fail(error(errc::out_of_memory));
    }
  }

  // Asks for the first chunk, or for another one. False when it is known at once that there is none.
  bool ask(std::coroutine_handle<> who) {
    waiting = who;
    chunk.clear();
    rows = result(columns, chunk);
    // Each chunk has the configured time, and all of them what the handle has; drivers lower it.
    deadline = until;
    if (until <= home.worker().time().steady()) {
      fail(error(errc::timed_out, "the deadline of the stream has passed"));
      end_chunk();
      return false;
    }
    pending = begun ? connection.session().go_on(*this) : connection.session().submit(*this);
    begun = true;
    if (!pending) {
      end_chunk();
      return false;
    }
    const auto cancelled = [](void* self) noexcept { static_cast<state*>(self)->cancel(); };
    static_cast<void>(registration.arm(token, cancelled, this));
    return true;
  }

  void end_chunk() noexcept {
    pending = false;
    registration.disarm();
    at = rows.begin();
    ended = failure || !more;
  }

  void cancel() noexcept {
    connection.session().detach(*this);
    fail(error(errc::cancelled));
    end_chunk();
    waiting.resume();
  }

  dedicated connection;
  driver& home;
  cancel_token token;
  const std::chrono::steady_clock::time_point until;
  cancel_registration registration;
  std::coroutine_handle<> waiting;
  arena chunk;
  result rows;
  result::iterator at;
  bool begun = false;
  bool ended = false;
  bool pending = false;
};

row_stream::row_stream(std::unique_ptr<state> opened) noexcept : state_(std::move(opened)) {}
row_stream::row_stream(row_stream&&) noexcept = default;
row_stream& row_stream::operator=(row_stream&&) noexcept = default;
row_stream::~row_stream() = default;

row_stream::next_await row_stream::next() { return next_await(*state_); }

bool row_stream::next_await::await_ready() {
  if (stream_.at != stream_.rows.end() || stream_.failure || stream_.ended) return true;
  if (stream_.token.cancelled()) stream_.fail(error(errc::cancelled));
  return stream_.failure.has_value();
}

bool row_stream::next_await::await_suspend(std::coroutine_handle<> waiting) { return stream_.ask(waiting); }

std::expected<std::optional<row>, error> row_stream::next_await::await_resume() {
  if (stream_.at != stream_.rows.end()) return *stream_.at++;
  if (stream_.failure) {
    std::expected<std::optional<row>, error> failed = std::unexpected(std::move(*stream_.failure));
    stream_.failure.reset();
    stream_.ended = true;
    return failed;
  }
  return std::nullopt;
}

namespace {

// The first chunk: what the parameters refer to is gone afterwards.
template <class State>
struct first_chunk {
  State& stream;
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> waiting) { return stream.ask(waiting); }
  void await_resume() const noexcept {}
};

}  // namespace

task<std::expected<row_stream, error>> stream_opening::open(session_context context, const statement& what,
                                                            std::uint32_t chunk_rows,
                                                            std::span<const parameter> parameters) {
  static_cast<void>(what.number());
  session_await asked(context, what.reads_only());
  std::expected<dedicated, error> connection = co_await asked;
  if (!connection) co_return std::unexpected(std::move(connection).error());
  auto opened = std::make_unique<row_stream::state>(std::move(*connection), context);
  opened->what = &what;
  opened->parameters = parameters.data();
  opened->width = static_cast<std::uint16_t>(parameters.size());
  opened->chunk_rows = chunk_rows;
  first_chunk<row_stream::state> first(*opened);
  co_await first;
  opened->parameters = nullptr;
  if (opened->failure) co_return std::unexpected(std::move(*opened->failure));
  co_return row_stream(std::move(opened));
}

}  // namespace candela::db
