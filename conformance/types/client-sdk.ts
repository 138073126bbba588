import type * as published from '@octavus/client-sdk';
import type * as publishedReact from '@octavus/react';
import type * as ours from '../../packages/client-sdk/src/index.ts';
import type * as oursReact from '../../packages/react/src/index.ts';

// An application whose types are those of the published packages compiles against ours. This file is compiled, not run.

type Fits<From extends To, To> = From;

/** What an application gives to the package. */
export type Given = [
  Fits<published.UserMessageInput, ours.UserMessageInput>,
  Fits<published.ClientToolHandler, ours.ClientToolHandler>,
  Fits<published.UploadFilesOptions, ours.UploadFilesOptions>,
  Fits<published.UploadUrlsResponse, ours.UploadUrlsResponse>,
  Fits<published.HttpTransportOptions, ours.HttpTransportOptions>,
  Fits<published.SocketLike, ours.SocketLike>,
  Fits<published.SocketTransportOptions, ours.SocketTransportOptions>,
  Fits<published.ConnectionStateListener, ours.ConnectionStateListener>,
  Fits<published.UIMessage, ours.UIMessage>,
];

/** What it gets from the package. */
export type Received = [
  Fits<ours.ChatStatus, published.ChatStatus>,
  Fits<ours.ConnectionState, published.ConnectionState>,
  Fits<ours.InteractiveTool, published.InteractiveTool>,
  Fits<ours.HttpRequest, published.HttpRequest>,
  Fits<ours.HttpRequestOptions, published.HttpRequestOptions>,
  Fits<ours.TriggerRequest, published.TriggerRequest>,
  Fits<ours.ContinueRequest, published.ContinueRequest>,
  Fits<ours.ClientToolContext, published.ClientToolContext>,
  Fits<ours.FileReference, published.FileReference>,
  Fits<oursReact.UseOctavusChatReturn['status'], publishedReact.UseOctavusChatReturn['status']>,
  Fits<oursReact.UseOctavusChatReturn['pendingClientTools'], publishedReact.UseOctavusChatReturn['pendingClientTools']>,
  Fits<oursReact.UseOctavusChatReturn['send'], publishedReact.UseOctavusChatReturn['send']>,
  Fits<oursReact.UseOctavusChatReturn['stop'], publishedReact.UseOctavusChatReturn['stop']>,
  Fits<oursReact.UseOctavusChatReturn['uploadFiles'], publishedReact.UseOctavusChatReturn['uploadFiles']>,
  Fits<oursReact.UseOctavusChatReturn['connectionState'], publishedReact.UseOctavusChatReturn['connectionState']>,
  Fits<oursReact.UseOctavusChatReturn['connectionError'], publishedReact.UseOctavusChatReturn['connectionError']>,
  Fits<oursReact.UseOctavusChatReturn['connect'], publishedReact.UseOctavusChatReturn['connect']>,
  Fits<oursReact.UseOctavusChatReturn['disconnect'], publishedReact.UseOctavusChatReturn['disconnect']>,
];

/** An application may extend the options, which only an interface or an object type allows. */
export interface Extended extends ours.HttpTransportOptions, ours.SocketTransportOptions, ours.OctavusChatOptions {
  own: number;
}

/** Nothing that is published is missing. */
export type Missing = [
  Fits<Exclude<keyof published.OctavusChat, keyof ours.OctavusChat>, never>,
  Fits<Exclude<keyof published.OctavusChatOptions, keyof ours.OctavusChatOptions>, never>,
  Fits<Exclude<keyof publishedReact.UseOctavusChatReturn, keyof oursReact.UseOctavusChatReturn>, never>,
];
