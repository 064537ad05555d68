// Private to the room: a worker's questions to Redis.
#pragma once

#include <candela/core/random.hpp>
#include <candela/core/scope.hpp>
#include <candela/net/lane.hpp>
#include <candela/net/timer_wheel.hpp>
#include <candela/store/detail/question_list.hpp>
#include <candela/store/detail/redis_link.hpp>
#include <candela/store/detail/redis_outage.hpp>
#include <candela/store/detail/store_metrics.hpp>
#include <candela/store/detail/take_script.hpp>
#include <candela/store/settings.hpp>
#include <candela/store/store.hpp>
#include <memory>
#include <string>

namespace candela::store {

/// Keeps one connection, over which the questions of all of the worker's requests go, and makes it anew when it is
/// lost. A question without an answer in time is given up; a connection that has not answered for long is, too.
class redis_access final : public worker_store, redis_link::listener {
 public:
  /// `names` resolves host names; all four outlive this.
  redis_access(net::worker& home, const settings& chosen, const redis_url& where, net::lane& names,
               redis_outage& outage, metrics::registry* metrics);
  ~redis_access() override;

  [[nodiscard]] bool immediate() const noexcept override { return false; }
  [[nodiscard]] answer spend_now(std::string_view, clock::wall_time) override;
  [[nodiscard]] answer take_now(std::span<const limit_use>, std::span<limit_state>) noexcept override;
  [[nodiscard]] bool submit(spend_operation& asked) override;
  [[nodiscard]] bool submit(take_operation& asked) override;
  void detach(operation& asked) noexcept override { questions_.forget(asked); }
  void connect() override;
  void close() noexcept override;

 private:
  struct owned_timer : net::timer {
    owned_timer(net::timer_wheel& wheel, callback fired, redis_access& belongs_to) noexcept
        : timer(wheel, fired), owner(belongs_to) {}
    redis_access& owner;
  };

  // redis_link::listener
  void on_connected() override;
  void on_lost(const std::string& why) override;

  // connecting
  task<void> find_and_open();
  void open(const std::string& address);
  void introduce();
  void on_refused(std::string_view why);
  void give_up(const std::string& why);
  void on_good_answer() noexcept;
  void complain(std::string_view why) noexcept;

  // asking
  [[nodiscard]] clock::steady_time asking_time() const noexcept;
  [[nodiscard]] bool refuse(operation& asked, errc why) noexcept;
  [[nodiscard]] bool can_ask(operation& asked) noexcept;
  [[nodiscard]] bool ask(question& about, std::span<const std::string_view> words);
  [[nodiscard]] bool ask_take(question& about);
  [[nodiscard]] question& add(operation& asker, take_operation* take);
  void on_patience_over();
  void arm_patience();
  void finish(question& about, answer given) noexcept;
  void settle(question& about, const redisReply* reply);
  [[nodiscard]] answer read(const question& about, const redisReply& reply) noexcept;

  net::worker& home_;
  const settings& chosen_;
  const redis_url& where_;
  net::lane& names_;
  store_metrics metrics_;
  question_list questions_;
  take_command command_;
  std::string digest_;  // of the script, as the server calls it; empty before it has said so
  std::string key_;
  fast_random random_;
  scope connecting_;
  owned_timer patience_;   // with the oldest question
  owned_timer reconnect_;  // also bounds connecting
  unsigned failures_ = 0;
  bool connected_ = false;
  bool refused_ = false;  // what goes before every question
  bool closed_ = false;
  clock::steady_time heard_at_{};  // the server last, or since when it owes an answer
  redis_outage::part outage_;
  bool errs_ = false;  // the last answer was an error, and was complained of
  clock::steady_time complain_at_{};
  std::unique_ptr<redis_link> link_;  // last: its end answers what is still asked
};

}  // namespace candela::store
