// Stands between a codec and the server and writes down what answers are due, in their order.
#pragma once

#include <candela/http/request_sink.hpp>
#include <vector>

namespace candela::fuzz {

/// Passes every call on.
class recording_sink final : public http::request_sink {
 public:
  /// A request that the codec handed over, or refused.
  struct due {
    bool to_head = false;  ///< a HEAD request: its answer has no body
    bool expects = false;  ///< a 100 may come first
    bool refused = false;
  };

  explicit recording_sink(http::request_sink& server) : server_(server) {}
  ~recording_sink() = default;
  recording_sink(const recording_sink&) = delete;
  recording_sink& operator=(const recording_sink&) = delete;

  [[nodiscard]] const std::vector<due>& all() const { return due_; }

  [[nodiscard]] bool must_pin(const http::request_head& head, http::head_memo* memo, bool body_complete) override {
    return server_.must_pin(head, memo, body_complete);
  }
  [[nodiscard]] bool try_serve(http::stream& wire, const http::request_head& head, http::head_memo* memo,
                               std::string_view body, bool body_complete) override {
    return note_if(server_.try_serve(wire, head, memo, body, body_complete), head);
  }
  [[nodiscard]] bool serve_again(http::stream& wire, const http::request_head& head, http::head_memo& memo) override {
    return note_if(server_.serve_again(wire, head, memo), head);
  }
  void serve(http::stream& wire, const http::request_head& head, std::string_view body) override {
    note_if(true, head);
    server_.serve(wire, head, body);
  }
  http::stream_events& open(http::stream& wire, const http::request_head& head) override {
    note_if(true, head);
    return server_.open(wire, head);
  }
  void begin(http::stream_events& opened) override { server_.begin(opened); }
  void refuse(http::stream& wire, const http::head_error& error) override {
    due_.push_back({.refused = true});
    server_.refuse(wire, error);
  }
  void batch_sent(bool delivered) override { server_.batch_sent(delivered); }
  [[nodiscard]] void* detach_batch() override { return server_.detach_batch(); }
  void detached_sent(void* batch, bool delivered) override { server_.detached_sent(batch, delivered); }

 private:
  bool note_if(bool answered, const http::request_head& head) {
    if (answered) due_.push_back({.to_head = head.method == http::method::head, .expects = head.expect_continue});
    return answered;
  }

  http::request_sink& server_;
  std::vector<due> due_;
};

}  // namespace candela::fuzz
