// Private to the room: one connection to Redis on a worker's loop.
#pragma once

#include <candela/net/socket_watch.hpp>
#include <candela/net/worker.hpp>
#include <candela/store/detail/hiredis.hpp>
#include <candela/store/redis_url.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace candela::store {

/// What was asked in a turn leaves in one write at its end. One thread.
class redis_link final : net::flushable {
 public:
  class listener {
   public:
    virtual void on_connected() = 0;
    /// There is no connection, or no longer; every question has been answered with null. Nothing is told afterwards,
    /// and the link may be destroyed within the call.
    virtual void on_lost(const std::string& why) = 0;

   protected:
    ~listener() = default;
  };

  redis_link(net::worker& home, listener& told) noexcept : home_(home), told_(told) {}
  redis_link(const redis_link&) = delete;
  redis_link& operator=(const redis_link&) = delete;
  /// Answers every question with null; `on_lost` is not called.
  ~redis_link();

  /// Begins to connect to a numeric address or a Unix socket. False: there is no way, and nothing is told. `why` says
  /// it.
  [[nodiscard]] bool open(const redis_url& where, const std::string& address, std::string& why);
  /// Asks; questions before the connection stands wait for it. `on_answer` is called once with the reply, which is null
  /// when the connection broke, and `asker`. False: it was not asked, and is not answered.
  [[nodiscard]] bool ask(std::span<const std::string_view> words, redisCallbackFn* on_answer, void* asker);

  /// Answers what has come by now without waiting for the loop to say so. Not from within an answer.
  void read_now();

 private:
  void flush() override;
  void adopt(redisAsyncContext* made);
  void want(bool reading, bool writing) noexcept;
  void write_later();
  void let_go();
  void tell_if_lost();
  static redis_link& of(void* self) noexcept { return *static_cast<redis_link*>(self); }
  static void on_connect(const redisAsyncContext* context, int status);
  static void on_ready(void* self, bool readable, bool writable);

  net::worker& home_;
  listener& told_;
  redisAsyncContext* context_ = nullptr;
  std::optional<net::socket_watch> watch_;
  std::string why_;
  bool connected_ = false;
  bool reads_ = false;
  bool writes_ = false;
  bool writing_ = false;  // hiredis does: what it cannot get rid of waits for the socket
};

}  // namespace candela::store
