// One HTTP/1 connection: reads requests, keeps answers in order, writes them in batches (RFC 9112).
#pragma once

#include <candela/core/byte_queue.hpp>
#include <candela/http/chunked_decoder.hpp>
#include <candela/http/h1_context.hpp>
#include <candela/http/h1_stream.hpp>
#include <candela/http/request_sink.hpp>
#include <candela/net/transport.hpp>
#include <candela/net/worker.hpp>
#include <memory>
#include <optional>
#include <vector>

namespace candela::http {

namespace detail {
class remembered_head;
}

/// Belongs to its worker's `h1_context`, frees itself when it is over.
class h1_connection final : net::transport_events, net::flushable {
 public:
  /// Begins to serve `peer`'s requests.
  static void open(h1_context& context, net::transport_ptr peer);

  h1_connection(const h1_connection&) = delete;
  h1_connection& operator=(const h1_connection&) = delete;

  /// Takes no further request: closes at once when idle, otherwise when the requests under way are answered.
  void drain();
  /// Ends now; streams learn the reason.
  void cut(cut_reason reason, bool reset);

  [[nodiscard]] const net::transport& transport() const noexcept { return *transport_; }

 private:
  friend class h1_stream;
  friend class h1_context;

  enum class phase : std::uint8_t { head, length_body, chunked_body, closing, lingering };
  class entry;  // holds the object while its own code is on the stack

  h1_connection(h1_context& context, net::transport_ptr peer);
  ~h1_connection();

  // net::transport_events, net::flushable
  void on_readable() override;
  void on_writable() override;
  void on_lost() override;
  void flush() override;

  // input
  void read_once();
  void process(char* begin, char* end);
  void process_held();
  [[nodiscard]] bool is_repeated(const char* begin, const char* end) const noexcept;
  char* serve_repeated(char* begin, char* end);
  char* take_head(char* begin, char* end);
  char* take_length_body(char* begin, char* end);
  char* take_chunked_body(char* begin, char* end);
  [[nodiscard]] bool must_wait(const request_head& head) const noexcept;
  char* dispatch(const request_head& head, head_memo* memo, char* begin, char* end);
  char* open_stream(const request_head& head, char* body, char* end);
  void serve_behind(const request_head& head, std::string_view body);
  h1_stream& add_stream(const request_head& head);
  void deliver(std::string_view piece);
  void end_if_draining();
  void end_body();
  void refuse_body(const head_error& error);
  void refuse_request(const head_error& error);
  void keep_batch();
  void drop_body();
  void count_dropped(std::size_t bytes);
  void hold(const char* begin, const char* end);
  void on_peer_ended();
  void on_grace_over();
  void on_read_timeout();
  void after_input();
  void update_reading();

  // output
  void respond(h1_stream& stream, const response_head& head, std::string_view body);
  void start(h1_stream& stream, const response_head& head, std::optional<std::uint64_t> length);
  bool write(h1_stream& stream, std::string_view piece);
  void finish(h1_stream& stream);
  void want_body(h1_stream& stream);
  void credit(h1_stream& stream, std::size_t bytes);
  void put_head(h1_stream& stream, const response_head& head, const head_framing& framing, std::string_view body);
  void put(h1_stream& stream, std::string_view bytes);
  bool respond_in_slab(const response_head& head, std::string_view body);
  bool put_in_slab(const response_head& head, const head_framing& framing, std::string_view body);
  void answered(h1_stream& stream);
  void advance_ring();
  void retire(h1_stream& stream);
  void write_out();
  void send_queue();
  void send_slab(std::string_view behind);
  void confirm_sent();
  void wake_writers();
  [[nodiscard]] bool is_first(const h1_stream& stream) const noexcept {
    return &stream == &direct_ || &stream == first_;
  }
  [[nodiscard]] bool must_close_after(const h1_stream& stream) const noexcept;
  [[nodiscard]] bool leaves_too_much(const h1_stream& stream) const noexcept;

  // life
  void begin_closing();
  void linger();
  void end_streams(cut_reason reason);
  net::transport_ptr release(h1_stream& stream, const response_head& head, std::string& leftover);

  h1_context& context_;
  net::transport_ptr transport_;
  h1_connection* previous_ = nullptr;  // the context's list
  h1_connection* next_ = nullptr;

  h1_stream direct_;            // answers what is served within the read callback
  h1_stream* first_ = nullptr;  // the ring, oldest first
  h1_stream* last_ = nullptr;
  h1_stream* body_stream_ = nullptr;    // whose body is arriving
  h1_stream* retired_first_ = nullptr;  // answered; their last bytes are on their way
  h1_stream* retired_last_ = nullptr;
  std::size_t ring_size_ = 0;

  std::vector<char> held_;   // input that waits: an incomplete head, or requests whose turn has not come
  std::string_view unread_;  // what follows the request that is being opened, in the slab
  std::unique_ptr<detail::remembered_head> remembered_;
  detail::remembered_head* repeated_ =
      nullptr;  // the remembered one, if it came last, was served at once, and `direct_` stands as it wants it
  std::unique_ptr<chunked_decoder> chunks_;
  std::uint64_t body_left_ = 0;
  std::size_t dropped_ = 0;
  std::size_t uncredited_ = 0;

  byte_queue out_;                  // what could not leave at once
  std::size_t slab_used_ = 0;       // bytes of the worker's write slab that are ours, within a read callback
  std::uint64_t queued_total_ = 0;  // bytes ever handed to slab or queue
  std::uint64_t sent_total_ = 0;
  struct waiting_batch {
    void* batch;
    std::uint64_t ends_at;
  };
  std::vector<waiting_batch> batches_;

  struct owned_timer : net::timer {
    owned_timer(net::timer_wheel& wheel, callback fired, h1_connection& belongs_to) noexcept
        : timer(wheel, fired), owner(belongs_to) {}
    h1_connection& owner;
  };
  owned_timer read_timer_;
  owned_timer write_timer_;

  phase phase_ = phase::head;
  std::uint8_t misses_ = 0;         // heads in a row that were not like the remembered one
  bool expects_repetition_ = true;  // the next head is compared with the remembered one
  std::uint8_t entered_ = 0;
  bool in_read_ = false;
  bool slab_sent_ = false;   // since `write_out`: answers have left that nobody was told of yet
  bool head_begun_ = false;  // the header timeout runs
  bool empty_line_seen_ = false;
  bool last_request_ = false;  // the request being read is the connection's last
  bool waits_for_ring_ = false;
  bool write_wanted_ = false;
  bool failed_ = false;  // a write was refused for good
  bool draining_ = false;
  bool peer_ended_ = false;
  bool reading_ = true;
  bool over_ = false;
};

}  // namespace candela::http
