// A TCP client of the loopback that speaks bytes and waits for nothing longer than its patience.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace candela::system_test {

/// What became of a wait for bytes.
enum class arrival : std::uint8_t {
  bytes,    ///< some came
  ended,    ///< the peer ended its side in good order
  reset,    ///< the connection was torn
  nothing,  ///< the patience is over
};

/// One connection. Small writes leave at once, each in a segment of its own.
class client {
 public:
  /// Throws std::system_error when nobody accepts. `receive_buffer`: bytes of the socket's receive buffer, 0 for the
  /// system's choice.
  explicit client(std::uint16_t port, int receive_buffer = 0);
  client(client&& from) noexcept;
  client& operator=(client&&) = delete;
  ~client();

  /// Sends all of it, and takes in what comes meanwhile. False when the peer does not take it.
  bool send(std::string_view bytes);

  /// The same connection for another thread, which may send by it while this one receives.
  [[nodiscard]] client sender() const;

  /// Sends no more; receiving goes on.
  void end();

  /// Tears the connection: the peer gets a reset.
  void reset();

  /// Waits for more and appends it to `input()`.
  arrival fill();

  /// What has come and was not consumed.
  [[nodiscard]] std::string_view input() const noexcept { return std::string_view(input_).substr(consumed_); }
  void consume(std::size_t bytes) noexcept;

  /// All bytes that ever came, up to a bound that keeps large bodies out of messages.
  [[nodiscard]] const std::string& transcript() const noexcept { return transcript_; }

  /// How long any single wait may last; 10 seconds unless set.
  void set_patience(std::chrono::milliseconds patience) noexcept { patience_ = patience; }

 private:
  client() = default;
  arrival take_in();

  int socket_ = -1;
  bool receives_ = true;
  std::chrono::milliseconds patience_{10'000};
  std::string input_;
  std::size_t consumed_ = 0;
  std::string transcript_;
  bool write_failed_ = false;
};

}  // namespace candela::system_test
