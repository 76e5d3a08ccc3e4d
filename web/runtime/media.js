// media.js: <video> and <audio> on the virtual clock. (Filled in below.)
