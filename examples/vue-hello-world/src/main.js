import { defineVideo } from "@helios/vue";
import { createApp } from "vue";
import Video from "./Video.vue";
import "./style.css";

// The picture depends on the frame alone, so a worker may jump to its part.
defineVideo({ seekable: true });
createApp(Video).mount("#root");
