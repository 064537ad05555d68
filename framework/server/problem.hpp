// Every error that reaches a client: an RFC 9457 problem document with a stable code, from one table.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/server/sentence.hpp>
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

namespace candela {

/// What a client is told. Thrown by handlers and stages as a convenience, or passed as a value. `code` is stable and is
/// what clients may depend on; the sentence is for people. Nothing internal belongs in it.
class problem : public std::exception {
 public:
  /// `code` must be static text. A literal for `detail` costs no memory.
  problem(std::uint16_t status, std::string_view code, sentence detail = {})
      : status_(status), code_(code), detail_(std::move(detail)) {}

  static problem bad_request(sentence detail = {}) { return {400, "bad_request", std::move(detail)}; }
  static problem unauthorized(sentence detail = {}) { return {401, "unauthorized", std::move(detail)}; }
  static problem forbidden(sentence detail = {}) { return {403, "forbidden", std::move(detail)}; }
  static problem not_found(sentence detail = {}) { return {404, "not_found", std::move(detail)}; }
  static problem conflict(sentence detail = {}) { return {409, "conflict", std::move(detail)}; }
  static problem too_large(sentence detail = {}) { return {413, "content_too_large", std::move(detail)}; }
  static problem unsupported_media_type(sentence detail = {}) {
    return {415, "unsupported_media_type", std::move(detail)};
  }
  static problem unprocessable(sentence detail = {}) { return {422, "unprocessable", std::move(detail)}; }
  static problem internal() { return {500, "internal", "The service failed to handle the request."}; }
  static problem unavailable(sentence detail = {}) { return {503, "unavailable", std::move(detail)}; }
  static problem deadline_exceeded() { return {503, "deadline_exceeded", "The service did not finish in time."}; }

  /// Adds the place in the request's document that is meant, as a JSON Pointer.
  problem& at(std::string pointer) {
    pointer_ = std::move(pointer);
    return *this;
  }
  /// Adds a Retry-After field, in seconds.
  problem& retry_after(unsigned seconds) {
    retry_after_ = seconds;
    return *this;
  }

  [[nodiscard]] std::uint16_t status() const noexcept { return status_; }
  [[nodiscard]] std::string_view code() const noexcept { return code_; }
  [[nodiscard]] std::string_view detail() const noexcept { return detail_.text(); }
  [[nodiscard]] const std::string& pointer() const noexcept { return pointer_; }
  [[nodiscard]] unsigned retry_after() const noexcept { return retry_after_; }
  [[nodiscard]] const char* what() const noexcept override { return (detail_.empty() ? code_ : detail()).data(); }

  /// The document's media type.
  static constexpr std::string_view media_type = "application/problem+json";

  /// The document, in `memory`. `correlation_id` is left out when empty.
  [[nodiscard]] std::string_view render(arena& memory, std::string_view correlation_id = {}) const;

 private:
  std::uint16_t status_;
  std::string_view code_;
  sentence detail_;
  std::string pointer_;
  unsigned retry_after_ = 0;
};

}  // namespace candela
