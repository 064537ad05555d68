// The bytes of an open connection, whoever opened it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace candela::db::postgres {

/// What a read or write came to.
struct io_outcome {
  enum class kind : std::uint8_t { done, later, failed };
  kind status = kind::failed;
  std::size_t bytes = 0;
};

/// Moves bytes without ever waiting. The end of the stream is a failure: a server says goodbye before.
class wire_channel {
 public:
  wire_channel() = default;
  wire_channel(const wire_channel&) = delete;
  wire_channel& operator=(const wire_channel&) = delete;
  virtual ~wire_channel() = default;

  [[nodiscard]] virtual int descriptor() const noexcept = 0;
  [[nodiscard]] virtual io_outcome read(std::span<char> space) = 0;
  [[nodiscard]] virtual io_outcome write(std::string_view bytes) = 0;
  /// Whether more can be read though the socket may stay silent.
  [[nodiscard]] virtual bool has_pending() const noexcept = 0;
  /// Closes; nothing else is called afterwards but `cancel_on_server`.
  virtual void finish() noexcept = 0;
  /// Asks the server, in the background, to stop what the connection does.
  virtual void cancel_on_server() = 0;
};

}  // namespace candela::db::postgres
