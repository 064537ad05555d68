// What became of an exchange, for those who count, log and audit.
#pragma once

#include <candela/http/method.hpp>
#include <candela/net/address.hpp>
#include <candela/server/attachment.hpp>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace candela {

class route;

/// How an exchange ended.
enum class exchange_result : std::uint8_t {
  completed,  ///< the last byte of the response left
  malformed,  ///< there was no request that could be understood; answered with an error
  cut,        ///< the connection was lost, or given up, before the response was complete
};

/// Values and views that are valid during `on_complete` only.
class exchange_outcome {
 public:
  const candela::route* route = nullptr;  ///< never null; a route of the framework's own where none was found
  exchange_result result = exchange_result::completed;
  http::method method = http::method::get;
  std::uint16_t status = 0;  ///< 0 when no response was begun
  std::string_view method_name;
  std::string_view target;
  std::string_view code;            ///< of the problem that was answered; empty for none
  std::string_view correlation_id;  ///< empty when no stage gave one
  net::address peer;
  std::uint64_t bytes_in = 0;           ///< of the request's body
  std::uint64_t bytes_out = 0;          ///< of the response, head included
  std::chrono::nanoseconds duration{};  ///< from the head's last byte to the response's last

  /// What a stage attached; null when none did.
  template <attachment Type>
  [[nodiscard]] const Type* get() const noexcept {
    return slots == nullptr ? nullptr : static_cast<const Type*>(slots[detail::slot_of<Type>]);
  }

  std::chrono::steady_clock::time_point accepted_at{};
  std::uint16_t entered = 0;         ///< stages that the request reached
  void* const* slots = nullptr;      ///< the exchange's attachments, by slot
  exchange_outcome* next = nullptr;  ///< of the same batch
};

}  // namespace candela
