import { defineVideo } from "@helios/svelte";
import { mount } from "svelte";
import Video from "./Video.svelte";
import "./style.css";

// The picture depends on the frame alone, so a worker may jump to its part.
defineVideo({ seekable: true });
mount(Video, { target: document.querySelector("#root") });
