// Gives every request of a worker its exchange: immediate ones share one, pinned ones get their own.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/http/request_sink.hpp>
#include <candela/net/worker.hpp>
#include <candela/server/generation.hpp>
#include <candela/server/outcome.hpp>
#include <candela/server/router.hpp>
#include <memory>
#include <vector>

namespace candela {

namespace db {
class driver;
}

class exchange;

/// One per worker. The codec's `request_sink`; on its worker's thread only.
class dispatcher final : public http::request_sink {
 public:
  explicit dispatcher(net::worker& owner);
  dispatcher(const dispatcher&) = delete;
  dispatcher& operator=(const dispatcher&) = delete;
  ~dispatcher();

  /// Serves by `next` from now on; exchanges that run keep what they began with.
  void use(std::unique_ptr<generation> next);
  [[nodiscard]] const generation& current() const noexcept { return *current_; }
  [[nodiscard]] net::worker& worker() noexcept { return worker_; }
  /// What `exchange::db` asks; outlives this. Null: there is none.
  void use_database(db::driver* database) noexcept { database_ = database; }
  [[nodiscard]] db::driver* database() const noexcept { return database_; }
  /// Exchanges that have not ended.
  [[nodiscard]] std::size_t running() const noexcept { return running_; }
  /// Cancels what every running exchange does.
  void cancel_all();

  // http::request_sink
  [[nodiscard]] bool must_pin(const http::request_head& head, http::head_memo* memo, bool body_complete) override;
  [[nodiscard]] bool try_serve(http::stream& wire, const http::request_head& head, http::head_memo* memo,
                               std::string_view body, bool body_complete) override;
  [[nodiscard]] bool serve_again(http::stream& wire, const http::request_head& head, http::head_memo& memo) override;
  void serve(http::stream& wire, const http::request_head& head, std::string_view body) override;
  http::stream_events& open(http::stream& wire, const http::request_head& head) override;
  void begin(http::stream_events& opened) override;
  void refuse(http::stream& wire, const http::head_error& error) override;
  void batch_sent(bool delivered) override;
  [[nodiscard]] void* detach_batch() override;
  void detached_sent(void* batch, bool delivered) override;

 private:
  friend class exchange;
  struct batch;
  using exchange_owner = std::unique_ptr<exchange, void (*)(exchange*)>;

  static void release_exchange(exchange* x);
  void route_request(const http::request_head& head, http::head_memo* memo);
  [[nodiscard]] static bool must_suspend(const route& asked, const http::request_head& head);
  [[nodiscard]] static const route* find(const generation& among, const http::request_head& head, std::string_view path,
                                         bool escaped, arena& memory, route_match& match);
  void serve_on(const route& found, const std::string_view* parameters, std::size_t count, http::stream& wire,
                const http::request_head& head, std::string_view body);
  void record(exchange& x);
  void tell(const exchange_outcome& outcome);
  void complete(batch& sent, bool delivered);
  void ended(exchange& x);
  void release(generation& left);
  [[nodiscard]] std::unique_ptr<batch> take_batch();

  net::worker& worker_;
  db::driver* database_ = nullptr;
  std::unique_ptr<generation> current_;
  std::vector<std::unique_ptr<generation>> retired_;
  route_match match_;             // of the request at hand
  arena match_memory_;            // its decoded parameters, until they are pinned or answered
  std::unique_ptr<batch> batch_;  // what the answers of this read callback left behind
  std::vector<std::unique_ptr<batch>> spare_batches_;
  exchange_owner immediate_;
  exchange* first_ = nullptr;      // pinned ones
  exchange* to_cancel_ = nullptr;  // the next one, while `cancel_all` walks along them
  std::size_t running_ = 0;
  std::uint64_t serial_ = 0;
};

}  // namespace candela
